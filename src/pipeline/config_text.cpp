#include <fmt/format.h>

#include <set>

#include "monitoring/number_text.hpp"
#include "pipeline/config_proposal.hpp"

namespace sluice {

namespace {

bool is_plain_scalar(std::string_view text) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    constexpr std::string_view kMore = "0123456789.-/";
    if (text.empty() || kLetters.find(text[0]) == std::string_view::npos || text == "null") return false;
    for (const char letter : text)
        if ((std::string(kLetters) + std::string(kMore)).find(letter) == std::string::npos) return false;
    return true;
}

// Characters that YAML does not take as they are, beside quote and backslash.
bool must_be_escaped(char32_t code) {
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 || code == 0xfeff ||
           (code & 0xfffeU) == 0xfffe;
}

// The code point that begins at `at`, which then stands behind it. `text` is UTF-8.
char32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    if (lead < 0x80) return lead;
    char32_t code = lead & (lead < 0xe0 ? 0x1fU : lead < 0xf0 ? 0x0fU : 0x07U);
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U)
        code = code << 6U | (static_cast<unsigned char>(text[at++]) & 0x3fU);
    return code;
}

// In values ${ begins a variable; keys are taken as they are.
enum class Place { key, value };

// A text as a YAML scalar, which the loader reads back as it is: quoted where it must be.
std::string yaml_scalar(std::string_view text, Place place = Place::value) {
    if (is_plain_scalar(text)) return std::string(text);
    std::string quoted = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t code = next_code_point(text, at);
        if (code == '"' || code == '\\') {
            quoted += '\\';
            quoted += static_cast<char>(code);
        } else if (must_be_escaped(code)) {
            quoted += code > 0xffff ? fmt::format("\\U{:08x}", static_cast<std::uint32_t>(code))
                                    : fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code));
        } else if (place == Place::value && code == '$' && at < text.size() && text[at] == '{') {
            quoted += "$$";
        } else {
            quoted += text.substr(begin, at - begin);
        }
    }
    return quoted + '"';
}

// Text that stands in a comment: what would end the line or is no character for YAML becomes '?'.
std::string comment(std::string_view text) {
    std::string shown;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t code = next_code_point(text, at);
        shown += must_be_escaped(code) ? "?" : std::string(text.substr(begin, at - begin));
    }
    return shown;
}

class ConfigText {
public:
    ConfigText(const FolderSurvey& survey, const ConfigProposal& proposal) : survey_(survey), proposal_(proposal) {
        for (const SurveyedSource& source : survey.sources) names_.insert(source.name);
    }

    std::string write() {
        text_ =
            "# Written by `sluice init` from the data files beside it. It runs as it is: sluice run\n"
            "version: 1\n";
        line("pipeline: {}   # the name in manifests and logs", yaml_scalar(proposal_.pipeline));
        add_sources();
        add_steps();
        add_destination();
        return std::move(text_);
    }

private:
    template <typename... Arguments>
    void line(fmt::format_string<Arguments...> form, Arguments&&... arguments) {
        text_ += fmt::format(form, std::forward<Arguments>(arguments)...) + '\n';
    }

    void add_sources() {
        text_ += "\ndata_sources:\n";
        for (const SurveyedSource& source : survey_.sources) {
            line("  - name: {}   # {} rows, {}", yaml_scalar(source.name), count_text(source.rows),
                 bytes_text(source.bytes));
            add_path(source);
            add_types(source);
        }
        for (const LeftOutFile& file : survey_.left_out)
            line("  # {} is left out: {}", comment(file.file), comment(file.reason));
    }

    void add_path(const SurveyedSource& source) {
        if (!source.pattern.empty()) {
            line("    path: {}   # {} files now", yaml_scalar(source.pattern), source.files.size());
        } else if (source.files.size() == 1) {
            line("    path: {}", yaml_scalar(source.files[0]));
        } else {
            text_ += "    path:\n";
            for (const std::string& file : source.files) line("      - {}", yaml_scalar(file));
        }
    }

    void add_types(const SurveyedSource& source) {
        bool first = true;
        for (const SurveyedColumn& column : source.columns) {
            if (!column.profile.all_times()) continue;
            if (first) text_ += "    types:   # in all rows these are times; without an offset they are UTC\n";
            first = false;
            line("      {}: {}", yaml_scalar(column.profile.column().name, Place::key),
                 column.profile.needs_nanoseconds() ? "timestamp_ns" : "timestamp");
        }
    }

    // A name that no source or step has.
    std::string new_name(const std::string& wanted) {
        std::string name = wanted;
        for (int number = 2; !names_.insert(name).second; ++number) name = fmt::format("{}_{}", wanted, number);
        return name;
    }

    void add_steps() {
        std::string outputs;
        if (!proposal_.joins.empty() || !proposal_.reports.empty()) text_ += "\ntransforms:\n";
        for (const ProposedJoin& join : proposal_.joins) {
            const std::string name = new_name(fmt::format("{}_with_{}", join.left->name, join.right->name));
            line("  # Both have {}; of the side with fewer values {:.0f}% are on the other side as well.",
                 comment(join.key), join.overlap * 100);
            line("  - name: {}", name);
            line("    join: {{left: {}, right: {}, using: {}}}", yaml_scalar(join.left->name),
                 yaml_scalar(join.right->name), yaml_scalar(join.key));
            outputs += fmt::format("  - {{from: {0}, file: {0}.jsonl}}\n", name);
        }
        for (const ProposedReport& report : proposal_.reports) add_report(report, outputs);
        if (outputs.empty()) {
            const std::string& name = survey_.sources[0].name;
            outputs = fmt::format(
                "  # A copy, until there are steps under `transforms`.\n  - {{from: {0}, file: {0}.jsonl}}\n", name);
        }
        text_ += "\noutputs:\n" + outputs;
    }

    void add_report(const ProposedReport& report, std::string& outputs) {
        const std::string key_name = plain_name(report.key, "key");
        const std::string counts = new_name(fmt::format("{}_per_{}", report.source->name, key_name));
        line("  # Rows for each {}, the most frequent first.", comment(report.key));
        line("  - name: {}", counts);
        line("    from: {}", yaml_scalar(report.source->name));
        line("    count_by: {}", yaml_scalar(report.key));
        outputs += fmt::format("  - {{from: {}, format: json_object}}   # {{KEY: ROWS}}\n", counts);
        if (report.measure.empty()) return;
        const std::string mean =
            new_name(fmt::format("{}_avg_{}_per_{}", report.source->name, report.measure, key_name));
        line("  - name: {}", mean);
        line("    from: {}", yaml_scalar(report.source->name));
        line("    group_by: {}", yaml_scalar(report.key));
        line("    aggregate: {{rows: count(*), avg_{0}: avg({0})}}", report.measure);
        outputs += fmt::format("  - {{from: {0}, file: {0}.json}}\n", mean);
    }

    void add_destination() {
        line("\ndestinations:\n  - type: local\n    path: {}   # made if absent", yaml_scalar(proposal_.destination));
        text_ += "  # - {type: s3, bucket: \"${S3_BUCKET:-}\"}   # uploads once S3_BUCKET is set\n";
    }

    const FolderSurvey& survey_;
    const ConfigProposal& proposal_;
    std::set<std::string> names_;
    std::string text_;
};

}  // namespace

std::string config_text(const FolderSurvey& survey, const ConfigProposal& proposal) {
    return ConfigText(survey, proposal).write();
}

}  // namespace sluice
