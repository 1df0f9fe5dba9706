#include "quality/expectations/value_test.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <functional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "formats/scan/json_number.hpp"
#include "quality/expectations/pattern.hpp"
#include "rows/decimal.hpp"
#include "rows/int128.hpp"
#include "rows/json_text.hpp"
#include "rows/key.hpp"
#include "rows/time_reader.hpp"

namespace sluice {

namespace {

// Of a text token, without its quotes; in `scratch` where it has escapes.
std::string_view text_of(const Token& token, std::string& scratch) {
    if (!token.escaped) return token.view().substr(1, token.size - 2);
    scratch.clear();
    append_decoded(token, scratch);
    return scratch;
}

// Every value passes that is not null.
class AnyValue final : public ValueTest {
public:
    [[nodiscard]] bool passes(const Token&, std::string&) const override { return true; }
};

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
};

// Values are equal as keys are: 200 and 2e2 are one number. Most tokens are spelled as the config spells them.
class AcceptedValues final : public ValueTest {
public:
    explicit AcceptedValues(const std::vector<std::string>& tokens) : tokens_(tokens.begin(), tokens.end()) {
        for (const std::string& token : tokens) {
            std::string key;
            if (append_key(token_of(token), key)) keys_.insert(std::move(key));
        }
    }

    [[nodiscard]] bool passes(const Token& token, std::string& scratch) const override {
        if (tokens_.contains(token.view())) return true;
        scratch.clear();
        return append_key(token, scratch) && keys_.contains(std::string_view(scratch));
    }

private:
    std::unordered_set<std::string, TextHash, std::equal_to<>> tokens_;
    std::unordered_set<std::string, TextHash, std::equal_to<>> keys_;
};

constexpr std::int32_t kMostScale = 18;

Int128 power_of_ten(std::int32_t exponent) {
    Int128 power = 1;
    for (std::int32_t index = 0; index < exponent; ++index) power *= 10;
    return power;
}

// Exact: small numbers as integers at a common scale, all others as keys, whose bytes are in the order of the values.
class NumberBound {
public:
    explicit NumberBound(const std::string& token) : small_(parse_small_decimal(token)) {
        if (!append_key(token_of(token), key_)) key_.clear();
    }

    // The order of the value to the bound; nothing for a number that has no key.
    [[nodiscard]] std::optional<std::strong_ordering> compare(const Token& number, std::string& scratch) const {
        const auto small = parse_small_decimal(number.view());
        if (small && small_ && is_near(*small) && is_near(*small_)) {
            const std::int32_t scale = std::max(small->scale, small_->scale);
            return Int128{small->mantissa} * power_of_ten(scale - small->scale) <=>
                   Int128{small_->mantissa} * power_of_ten(scale - small_->scale);
        }
        scratch.clear();
        if (!append_key(number, scratch)) return std::nullopt;
        return std::string_view(scratch) <=> std::string_view(key_);
    }

private:
    static bool is_near(const SmallDecimal& number) { return number.scale >= 0 && number.scale <= kMostScale; }

    std::optional<SmallDecimal> small_;
    std::string key_;
};

class NumberRange final : public ValueTest {
public:
    explicit NumberRange(const Bounds<LocatedText>& range) {
        if (range.least) least_.emplace(range.least->value);
        if (range.most) most_.emplace(range.most->value);
    }

    [[nodiscard]] bool passes(const Token& token, std::string& scratch) const override {
        if (token.kind != Kind::number) return false;
        if (least_) {
            const auto order = least_->compare(token, scratch);
            if (!order || *order < 0) return false;
        }
        if (!most_) return true;
        const auto order = most_->compare(token, scratch);
        return order && *order <= 0;
    }

private:
    std::optional<NumberBound> least_;
    std::optional<NumberBound> most_;
};

class TimeRange final : public ValueTest {
public:
    TimeRange(TimeReader reader, std::optional<ParsedTime> least, std::optional<ParsedTime> most)
        : reader_(std::move(reader)), least_(least), most_(most) {}

    [[nodiscard]] bool passes(const Token& token, std::string& scratch) const override {
        const ParsedTime time = reader_.read(token, true, scratch);
        if (time.fault != TimeFault::none) return false;
        const auto at = [](const ParsedTime& moment) { return std::pair(moment.microseconds, moment.nanoseconds); };
        return (!least_ || at(time) >= at(*least_)) && (!most_ || at(time) <= at(*most_));
    }

private:
    TimeReader reader_;
    std::optional<ParsedTime> least_;
    std::optional<ParsedTime> most_;
};

class MatchingText final : public ValueTest {
public:
    explicit MatchingText(Pattern pattern) : pattern_(std::move(pattern)) {}

    [[nodiscard]] bool passes(const Token& token, std::string& scratch) const override {
        return token.kind == Kind::text && pattern_.is_in(text_of(token, scratch));
    }

private:
    Pattern pattern_;
};

// Characters are code points: all bytes but those that continue one.
class TextLength final : public ValueTest {
public:
    explicit TextLength(const Bounds<std::uint64_t>& counts) : counts_(counts) {}

    [[nodiscard]] bool passes(const Token& token, std::string& scratch) const override {
        if (token.kind != Kind::text) return false;
        const auto length = static_cast<std::uint64_t>(std::ranges::count_if(
            text_of(token, scratch), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
        return (!counts_.least || length >= *counts_.least) && (!counts_.most || length <= *counts_.most);
    }

private:
    Bounds<std::uint64_t> counts_;
};

class OfType final : public ValueTest {
public:
    OfType(ValueType type, TimeReader times) : type_(type), times_(std::move(times)) {}

    [[nodiscard]] bool passes(const Token& token, std::string& scratch) const override {
        switch (type_) {
            case ValueType::text:
                return token.kind == Kind::text;
            case ValueType::integer:
                return token.kind == Kind::number && is_integer_form(token);
            case ValueType::number:
                return token.kind == Kind::number;
            case ValueType::boolean:
                return token.kind == Kind::true_ || token.kind == Kind::false_;
            case ValueType::timestamp:
                return times_.read(token, true, scratch).fault == TimeFault::none;
            case ValueType::list:
                return token.kind == Kind::array;
            case ValueType::object:
                return token.kind == Kind::object;
        }
        return false;
    }

private:
    ValueType type_;
    TimeReader times_;
};

Result<std::unique_ptr<const ValueTest>> range_test(const Expectation& expectation, TimeReader reader) {
    const Bounds<LocatedText>& range = expectation.range;
    const auto is_number = [](const std::optional<LocatedText>& bound) {
        return !bound || formats::is_number(bound->value);
    };
    if (is_number(range.least) && is_number(range.most)) return std::make_unique<NumberRange>(range);
    Bounds<ParsedTime> times;
    for (const auto& [bound, time] : {std::pair{&range.least, &times.least}, std::pair{&range.most, &times.most}}) {
        if (!*bound) continue;
        *time = time_bound((*bound)->value);
        if (!*time)
            return config_error("bad_bound", fmt::format("'{}' is neither a number nor a time", (*bound)->value));
    }
    return std::make_unique<TimeRange>(std::move(reader), times.least, times.most);
}

}  // namespace

std::optional<ParsedTime> time_bound(const std::string& text) {
    constexpr std::size_t kDateLength = std::string_view("YYYY-MM-DD").size();
    const ParsedTime time =
        parse_timestamp(text.size() == kDateLength ? text + "T00:00:00Z" : text, true, TimeZone::utc());
    return time.fault == TimeFault::none ? std::optional(time) : std::nullopt;
}

Result<std::unique_ptr<const ValueTest>> value_test(const Expectation& expectation, const TimeNotation& notation) {
    TRY_ASSIGN(TimeReader reader, TimeReader::of(notation));
    switch (expectation.kind) {
        case ExpectationKind::accepted_values:
            return std::make_unique<AcceptedValues>(expectation.values);
        case ExpectationKind::between:
            return range_test(expectation, std::move(reader));
        case ExpectationKind::regex: {
            TRY_ASSIGN(Pattern pattern, Pattern::of(expectation.pattern));
            return std::make_unique<MatchingText>(std::move(pattern));
        }
        case ExpectationKind::length:
            return std::make_unique<TextLength>(expectation.counts);
        case ExpectationKind::type:
            return std::make_unique<OfType>(expectation.type, std::move(reader));
        default:
            return std::make_unique<AnyValue>();
    }
}

}  // namespace sluice
