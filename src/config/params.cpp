#include "config/params.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "config/characters.hpp"
#include "config/scalar_types.hpp"
#include "config/validation.hpp"

namespace sluice {
namespace {

constexpr std::size_t kLongest = 1000;
constexpr std::size_t kMostDays = 3660;
constexpr std::string_view kDateForms = "a date is YYYY-MM-DD, today or yesterday";
constexpr std::string_view kOptionForm = "the form is --param name=value";

bool is_name(std::string_view name) {
    const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
    return !name.empty() && letter(name.front()) &&
           std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

// A value with the place that messages point to.
struct Given {
    std::string text;
    Location place;
};

// What a declaration says, and the values that fit it.
class Declaration {
public:
    Declaration(Section section, std::string name, std::chrono::system_clock::time_point now, Diagnostics& diagnostics)
        : section_(std::move(section)), name_(std::move(name)), now_(now), diagnostics_(diagnostics) {}

    [[nodiscard]] bool read_zone();
    // The value as it is used; nothing after a fault.
    std::optional<std::string> value(const Given& given);
    std::optional<std::vector<std::string>> days(const Given& given);

private:
    std::optional<Day> day(std::string_view text) const;
    std::nullopt_t fault(const Location& place, std::string message, std::string hint, std::string suggestion = {}) {
        diagnostics_.add(place, std::move(message), std::move(suggestion), std::move(hint));
        return std::nullopt;
    }

    Section section_;
    std::string name_;
    std::chrono::system_clock::time_point now_;
    Diagnostics& diagnostics_;
    TimeZone zone_ = TimeZone::utc();
};

bool Declaration::read_zone() {
    if (!section_.has("timezone")) return true;
    if (section_.text("type") != "date") {
        fault(section_.location("timezone"), fmt::format("param '{}' is no date, so it has no timezone", name_),
              "remove it, or write type: date");
        return false;
    }
    const auto zone = TimeZone::named(section_.text("timezone"));
    if (!zone) {
        fault(section_.location("timezone"), fmt::format("unknown timezone {}", in_quotes(section_.text("timezone"))),
              "an IANA name such as Asia/Jakarta or Europe/Berlin is expected");
        return false;
    }
    zone_ = *zone;
    return true;
}

std::optional<Day> Declaration::day(std::string_view text) const {
    if (text == "today") return day_at(now_, zone_);
    if (text == "yesterday") return day_before(day_at(now_, zone_));
    return parse_day(text);
}

std::optional<std::string> Declaration::value(const Given& given) {
    const std::string type = section_.text("type");
    if (given.text.size() > kLongest)
        return fault(given.place, fmt::format("the value of param '{}' is longer than {} bytes", name_, kLongest), {});
    if (type == "date") {
        if (const auto found = day(given.text)) return day_text(*found);
        return fault(given.place, fmt::format("{} is not a date, which param '{}' is", in_quotes(given.text), name_),
                     given.text.find("..") == std::string::npos ? std::string(kDateForms)
                                                                : "a range of days is for `sluice run` alone");
    }
    if (type == "integer") {
        if (const auto number = parse_integer(given.text)) return std::to_string(*number);
        return fault(given.place,
                     fmt::format("{} is not a whole number, which param '{}' is", in_quotes(given.text), name_),
                     "such as 5; at most 9223372036854775807");
    }
    const std::vector<LocatedText> choices = section_.texts("choices");
    if (choices.empty() || std::ranges::find(choices, given.text, &LocatedText::value) != choices.end())
        return given.text;
    std::vector<std::string_view> names;
    for (const LocatedText& choice : choices) names.emplace_back(choice.value);
    return fault(given.place, fmt::format("{} is not a value of param '{}'", in_quotes(given.text), name_),
                 allowed_hint(names), suggestion(given.text, names, diagnostics_));
}

// FROM..TO, both included.
std::optional<std::vector<std::string>> Declaration::days(const Given& given) {
    const std::size_t dots = given.text.find("..");
    const auto first = day(std::string_view(given.text).substr(0, dots));
    const auto last = day(std::string_view(given.text).substr(dots + 2));
    if (!first || !last)
        return fault(given.place, fmt::format("{} is not a range of dates", in_quotes(given.text)),
                     "the form is FROM..TO, such as 2026-11-01..2026-11-22; " + std::string(kDateForms));
    if (*last < *first)
        return fault(given.place, fmt::format("the range {} ends before it begins", in_quotes(given.text)),
                     fmt::format("write {}..{}", day_text(*last), day_text(*first)));
    const auto count = (std::chrono::sys_days(*last) - std::chrono::sys_days(*first)).count() + 1;
    if (static_cast<std::size_t>(count) > kMostDays)
        return fault(
            given.place,
            fmt::format("the range {} has {} days; at most {} are allowed", in_quotes(given.text), count, kMostDays),
            "run it in parts");
    std::vector<std::string> days;
    for (Day at = *first; at <= *last; at = next_day(at)) days.push_back(day_text(at));
    return days;
}

// The values of --param, by name.
class Options {
public:
    Options(const std::vector<std::string>& options, Diagnostics& diagnostics);

    struct Option {
        std::string name;
        Given given;
        Location start;
        bool taken = false;
    };
    // Null when none is given for the param.
    Option* take(std::string_view name) {
        Option* option = find(name);
        if (option != nullptr) option->taken = true;
        return option;
    }
    void check_taken(const std::vector<Param>& params, Diagnostics& diagnostics) const;

private:
    Option* find(std::string_view name) {
        const auto found = std::ranges::find(options_, name, &Option::name);
        return found == options_.end() ? nullptr : &*found;
    }

    std::vector<Option> options_;
};

Options::Options(const std::vector<std::string>& options, Diagnostics& diagnostics) {
    for (const std::string& text : options) {
        const Location start{.file = "--param " + showable(text), .line = 0, .column = 1};
        diagnostics.remember_text(start.file, text);
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos || equals == 0 || !is_text(text)) {
            diagnostics.add(start, fmt::format("{} is not name=value", in_quotes(text)), {}, std::string(kOptionForm));
            continue;
        }
        Option option{.name = text.substr(0, equals), .given = {text.substr(equals + 1), start}, .start = start};
        option.given.place.column += static_cast<std::uint32_t>(equals + 1);
        if (find(option.name) != nullptr) {
            diagnostics.add(start, fmt::format("param {} is given twice", in_quotes(option.name)), {},
                            "give it once; several days are one range, FROM..TO");
            continue;
        }
        options_.push_back(std::move(option));
    }
}

void Options::check_taken(const std::vector<Param>& params, Diagnostics& diagnostics) const {
    std::vector<std::string_view> names;
    for (const Param& param : params) names.emplace_back(param.name);
    for (const Option& option : options_) {
        if (option.taken) continue;
        diagnostics.add(option.start, fmt::format("there is no param {}", in_quotes(option.name)),
                        suggestion(option.name, names, diagnostics),
                        names.empty() ? "this config declares none under `params`" : allowed_hint(names));
    }
}

void find_uses(const Tree& node, std::set<std::string, std::less<>>& used) {
    constexpr std::string_view kStart = "${param.";
    for (const Tree& item : node.items()) find_uses(item, used);
    for (const Tree::Entry& entry : node.entries()) find_uses(entry.value, used);
    const std::string_view text = node.text();
    for (std::size_t at = text.find(kStart); at != std::string_view::npos; at = text.find(kStart, at + 1)) {
        const std::string_view name = text.substr(at + kStart.size());
        used.emplace(name.substr(0, name.find_first_of(":}")));
    }
}

struct ReadParam {
    Param param;
    std::optional<std::vector<std::string>> days;  // of a range; its first is the value
};

struct ParamSettings {
    bool date_ranges = false;
    std::chrono::system_clock::time_point now;
};

// Gives `read` its value: that of the option, else the default.
void find_value(Declaration& declaration, const Section& section, const Options::Option* option, bool date_ranges,
                ReadParam& read, Diagnostics& diagnostics) {
    Param& param = read.param;
    if (option == nullptr && !section.has("default")) {
        diagnostics.add(param.place, fmt::format("param '{}' has no value", param.name), {},
                        fmt::format("give one: --param {}=..., or write a `default`", param.name));
    } else if (option == nullptr) {
        param.value = declaration.value({section.text("default"), section.location("default")});
    } else if (param.type == "date" && date_ranges && option->given.text.find("..") != std::string::npos) {
        read.days = declaration.days(option->given);
        if (read.days) param.value = read.days->front();
    } else {
        param.value = declaration.value(option->given);
    }
    if (param.value && param.type == "date") param.day = parse_day(*param.value);
}

ReadParam read_param(const Tree::Entry& entry, const Options::Option* option, ParamSettings settings,
                     Diagnostics& diagnostics) {
    static const std::vector<Field> kFields = param_fields();
    ReadParam read{
        .param = {.name = entry.key.text(), .type = {}, .place = entry.key.location(), .value = {}, .day = {}},
        .days = {}};
    Param& param = read.param;
    const std::size_t before = diagnostics.list().size();
    if (!is_name(param.name)) {
        diagnostics.add(param.place, fmt::format("{} cannot be a param's name", in_quotes(param.name)), {},
                        "a name has letters, digits and _, and starts with no digit");
    }
    validate(entry.value, kFields, fmt::format("param {}", in_quotes(param.name)), diagnostics);
    if (diagnostics.list().size() != before || entry.value.holds_fault()) return read;

    const auto root = std::make_shared<const Tree>(entry.value);
    const Section section = SectionReader::make(root, *root, kFields);
    param.type = section.text("type");
    if (section.has("choices") && param.type != "text") {
        diagnostics.add(section.location("choices"),
                        fmt::format("param '{}' is {}, so it has no choices", param.name, param.type), {},
                        "choices are for texts");
    }
    Declaration declaration(section, param.name, settings.now, diagnostics);
    if (declaration.read_zone()) find_value(declaration, section, option, settings.date_ranges, read, diagnostics);
    return read;
}

}  // namespace

std::vector<Field> param_fields() {
    return {{.name = "type",
             .doc = "What its values are.",
             .default_text = "text",
             .choices = {"text", "integer", "date"},
             .details = "A date is `YYYY-MM-DD`, `today` or `yesterday`."},
            {.name = "default",
             .doc = "The value when --param gives none.",
             .may_be_empty = true,
             .details = "Without one, `--param` must give the value.",
             .example = "yesterday"},
            {.name = "timezone",
             .doc = "The zone whose today and yesterday are meant, by its IANA name.",
             .details = "Of a date only; by default UTC.",
             .example = "Asia/Jakarta"},
            {.name = "choices", .type = FieldType::text_list, .doc = "The values that are allowed, of a text."}};
}

Params Params::read(const Tree* declared, const std::vector<std::string>& values, bool date_ranges,
                    std::chrono::system_clock::time_point now, Diagnostics& diagnostics) {
    Params result;
    Options options(values, diagnostics);
    if (declared != nullptr && !declared->is_null() && !declared->is_map() && !declared->faulty()) {
        diagnostics.add(declared->location(), fmt::format("'params' must be a map, not {}", declared->kind_name()), {},
                        "each param is a key, such as date: {type: date, default: yesterday}");
    }
    const auto entries = declared == nullptr ? std::vector<Tree::Entry>{} : declared->entries();
    for (const Tree::Entry& entry : entries) {
        if (entry.value.is_null() && !entry.value.faulty()) continue;  // removed by an overlay
        Options::Option* option = options.take(entry.key.text());
        ReadParam read = read_param(entry, option, {date_ranges, now}, diagnostics);
        if (read.days && result.dates_) {
            diagnostics.add(option->start, "only one param can be a range of dates", {},
                            fmt::format("'{}' is one already", result.dates_->param));
        } else if (read.days) {
            result.dates_ = ParamDates{read.param.name, std::move(*read.days)};
        }
        result.indices_.emplace(read.param.name, result.params_.size());
        result.params_.push_back(std::move(read.param));
    }
    options.check_taken(result.params_, diagnostics);
    return result;
}

std::optional<std::string> Params::value(const std::string& name, const std::string& format, const Location& place,
                                         Diagnostics& diagnostics) const {
    const auto index = indices_.find(name);
    if (index == indices_.end()) {
        std::vector<std::string_view> names;
        for (const Param& known : params_) names.emplace_back(known.name);
        diagnostics.add(
            place, fmt::format("there is no param '{}'", name), suggestion(name, names, diagnostics),
            names.empty() ? fmt::format("declare it: params: {{{}: {{type: text}}}}", name) : allowed_hint(names));
        return std::nullopt;
    }
    const Param* param = &params_[index->second];
    if (!param->value) return std::nullopt;  // its fault is reported already
    if (format.empty()) return param->value;
    if (!param->day) {
        diagnostics.add(place, fmt::format("param '{}' is {}, so it has no format", name, param->type), {},
                        fmt::format("write ${{param.{}}}", name));
        return std::nullopt;
    }
    auto text = format_day(*param->day, format);
    if (!text) {
        diagnostics.add(place, fmt::format("{} is not a format of a date", in_quotes(format)), {},
                        "known are %Y, %m, %d, %y, %j (day of the year) and %%");
    }
    return text;
}

void Params::check_used(const Tree& root, Diagnostics& diagnostics) const {
    std::set<std::string, std::less<>> used;
    find_uses(root, used);
    for (const Param& param : params_) {
        if (used.contains(param.name) || !param.value) continue;
        diagnostics.add(param.place, fmt::format("param '{}' is never used", param.name), {},
                        fmt::format("write ${{param.{}}} where its value belongs, or remove it", param.name));
    }
}

std::vector<ParamValue> Params::values() const {
    std::vector<ParamValue> values;
    for (const Param& param : params_) {
        if (param.value) values.push_back({param.name, *param.value});
    }
    return values;
}

}  // namespace sluice
