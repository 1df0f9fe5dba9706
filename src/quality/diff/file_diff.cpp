#include "quality/diff/file_diff.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

#include "config/diagnostics.hpp"
#include "quality/diff/row_value.hpp"
#include "rows/json_text.hpp"

namespace sluice {

namespace {

std::string shown(const Token& token) {
    std::string text;
    append_laid_out(token, text);
    return text;
}

// A row that outlives its reader.
struct KeptRow {
    std::uint64_t number = 0;
    std::vector<std::pair<std::string, std::string>> fields;

    explicit KeptRow(const DiffRow& row) : number(row.number) {
        for (const auto& [name, token] : row.fields) fields.emplace_back(name, shown(token));
    }
    // Valid as long as this row.
    [[nodiscard]] DiffRow view() const {
        DiffRow row{.number = number, .fields = {}};
        for (const auto& [name, text] : fields) row.fields.emplace_back(name, token_of(text));
        return row;
    }
};

std::vector<ValueDiff> all_values(const DiffRow& row, bool is_before) {
    std::vector<ValueDiff> values;
    for (const auto& [name, token] : row.fields) {
        ValueDiff value{.column = std::string(name), .before = {}, .after = {}};
        (is_before ? value.before : value.after) = shown(token);
        values.push_back(std::move(value));
    }
    return values;
}

std::vector<ValueDiff> key_values(const DiffRow& row, const std::vector<std::string>& key) {
    std::vector<ValueDiff> values;
    for (const std::string& column : key) {
        const Token* token = field_of(row, column);
        values.push_back({.column = column, .before = shown(token == nullptr ? Token{} : *token), .after = {}});
    }
    return values;
}

class Comparison {
public:
    Comparison(const DiffFile& before, const DiffFile& after, std::vector<std::string> key, std::size_t most)
        : before_(before), after_(after), most_(most), values_(before.untyped() || after.untyped()) {
        diff_.key = std::move(key);
    }

    [[nodiscard]] bool has_key() const { return !diff_.key.empty(); }
    Result<FileDiff> by_position();
    Result<FileDiff> by_key();

private:
    struct Known {
        Digest row;
        std::uint64_t number = 0;
        std::uint64_t met = 0;  // the row of the new file with this key; 0: none yet
    };

    Result<> digest_before();
    Result<> match_after();
    Result<> show_before();
    Result<> check_columns(const std::set<std::string, std::less<>>& columns, std::uint64_t rows,
                           std::string_view which) const;
    [[nodiscard]] bool has_all_of_key(const std::set<std::string, std::less<>>& columns) const {
        return std::ranges::all_of(diff_.key, [&](const std::string& column) { return columns.contains(column); });
    }
    void note_columns(const DiffRow& row, std::set<std::string, std::less<>>& columns) const;
    [[nodiscard]] Error shared_key(const DiffRow& row, std::uint64_t other, std::string_view which) const;
    void add_changed(const DiffRow& before, const DiffRow& after);
    void add_one_sided(const DiffRow& row, bool is_before);
    FileDiff take();

    const DiffFile& before_;
    const DiffFile& after_;
    std::size_t most_;
    RowValues values_;
    FileDiff diff_;
    std::unordered_map<Digest, Known> known_;
    std::map<std::uint64_t, KeptRow> changed_;  // rows of the new file by the number of the old one
    std::set<std::uint64_t> removed_;
    std::vector<RowDiff> changed_rows_;
    std::vector<RowDiff> removed_rows_;
    std::vector<RowDiff> added_rows_;
};

void Comparison::add_changed(const DiffRow& before, const DiffRow& after) {
    if (changed_rows_.size() >= most_) return;
    RowDiff diff{.kind = RowDiff::Kind::changed,
                 .row_before = before.number,
                 .row_after = after.number,
                 .key = key_values(before, diff_.key),
                 .values = {}};
    const auto add = [&](std::string_view name, const Token* old, const Token* now) {
        const Token none{};
        if (values_.value(old == nullptr ? none : *old) == values_.value(now == nullptr ? none : *now)) return;
        ValueDiff value{.column = std::string(name), .before = {}, .after = {}};
        if (old != nullptr) value.before = shown(*old);
        if (now != nullptr) value.after = shown(*now);
        diff.values.push_back(std::move(value));
    };
    for (const auto& [name, token] : before.fields) add(name, &token, field_of(after, name));
    for (const auto& [name, token] : after.fields)
        if (field_of(before, name) == nullptr) add(name, nullptr, &token);
    changed_rows_.push_back(std::move(diff));
}

void Comparison::add_one_sided(const DiffRow& row, bool is_before) {
    auto& rows = is_before ? removed_rows_ : added_rows_;
    if (rows.size() >= most_) return;
    RowDiff diff{.kind = is_before ? RowDiff::Kind::removed : RowDiff::Kind::added,
                 .row_before = {},
                 .row_after = {},
                 .key = key_values(row, diff_.key),
                 .values = all_values(row, is_before)};
    (is_before ? diff.row_before : diff.row_after) = row.number;
    rows.push_back(std::move(diff));
}

FileDiff Comparison::take() {
    for (auto* rows : {&changed_rows_, &removed_rows_, &added_rows_})
        std::ranges::move(*rows, std::back_inserter(diff_.rows));
    return std::move(diff_);
}

Result<FileDiff> Comparison::by_position() {
    TRY_ASSIGN(const auto before, before_.read());
    TRY_ASSIGN(const auto after, after_.read());
    for (;;) {
        TRY_ASSIGN(const DiffRow* old, before->next());
        TRY_ASSIGN(const DiffRow* now, after->next());
        if (old == nullptr && now == nullptr) return take();
        if (old != nullptr) ++diff_.rows_before;
        if (now != nullptr) ++diff_.rows_after;
        if (old == nullptr) {
            ++diff_.added;
            add_one_sided(*now, false);
        } else if (now == nullptr) {
            ++diff_.removed;
            add_one_sided(*old, true);
        } else if (values_.row(*old) != values_.row(*now)) {
            ++diff_.changed;
            add_changed(*old, *now);
        }
    }
}

void Comparison::note_columns(const DiffRow& row, std::set<std::string, std::less<>>& columns) const {
    for (const auto& [name, token] : row.fields)
        if (!columns.contains(name)) columns.emplace(name);
}

Result<> Comparison::check_columns(const std::set<std::string, std::less<>>& columns, std::uint64_t rows,
                                   std::string_view which) const {
    if (rows == 0) return {};
    for (const std::string& column : diff_.key) {
        if (columns.contains(column)) continue;
        const std::string_view near = nearest_name(column, {columns.begin(), columns.end()});
        return config_error("no_such_column",
                            fmt::format("--key: the {} file has no column '{}'{}", which, column,
                                        near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
    }
    return {};
}

Error Comparison::shared_key(const DiffRow& row, std::uint64_t other, std::string_view which) const {
    std::string key;
    for (const ValueDiff& value : key_values(row, diff_.key))
        key += fmt::format("{}{} {}", key.empty() ? "" : ", ", value.column, *value.before);
    return config_error("shared_key", fmt::format("rows {} and {} of the {} file both have {}: name more columns with "
                                                  "--key, until no two rows share a key",
                                                  other, row.number, which, key));
}

Result<> Comparison::digest_before() {
    TRY_ASSIGN(const auto reader, before_.read());
    std::set<std::string, std::less<>> columns;
    for (;;) {
        TRY_ASSIGN(const DiffRow* row, reader->next());
        if (row == nullptr) break;
        ++diff_.rows_before;
        note_columns(*row, columns);
        // Rows that all lack a column share a key as well; that is told once all are read.
        const auto [known, is_new] =
            known_.try_emplace(values_.key(*row, diff_.key), Known{values_.row(*row), row->number, 0});
        if (!is_new && has_all_of_key(columns)) return shared_key(*row, known->second.number, "old");
    }
    return check_columns(columns, diff_.rows_before, "old");
}

Result<> Comparison::match_after() {
    TRY_ASSIGN(const auto reader, after_.read());
    std::set<std::string, std::less<>> columns;
    std::unordered_map<Digest, std::uint64_t> added;
    for (;;) {
        TRY_ASSIGN(const DiffRow* row, reader->next());
        if (row == nullptr) break;
        ++diff_.rows_after;
        note_columns(*row, columns);
        const Digest key = values_.key(*row, diff_.key);
        const auto known = known_.find(key);
        if (known == known_.end()) {
            const auto [other, is_new] = added.try_emplace(key, row->number);
            if (!is_new && has_all_of_key(columns)) return shared_key(*row, other->second, "new");
            ++diff_.added;
            add_one_sided(*row, false);
            continue;
        }
        Known& old = known->second;
        if (old.met != 0 && has_all_of_key(columns)) return shared_key(*row, old.met, "new");
        old.met = row->number;
        if (old.row == values_.row(*row)) continue;
        ++diff_.changed;
        if (changed_.size() < most_) changed_.emplace(old.number, KeptRow(*row));
    }
    return check_columns(columns, diff_.rows_after, "new");
}

// Those rows of the old file that the result shows.
Result<> Comparison::show_before() {
    for (const auto& [key, known] : known_) {
        if (known.met != 0) continue;
        ++diff_.removed;
        removed_.insert(known.number);
        if (removed_.size() > most_) removed_.erase(std::prev(removed_.end()));
    }
    std::size_t left = changed_.size() + removed_.size();
    if (left == 0) return {};
    TRY_ASSIGN(const auto reader, before_.read());
    while (left > 0) {
        TRY_ASSIGN(const DiffRow* row, reader->next());
        if (row == nullptr) return internal_error("a file that is compared lost rows while it was read");
        const auto changed = changed_.find(row->number);
        if (changed != changed_.end()) add_changed(*row, changed->second.view());
        const bool removed = removed_.contains(row->number);
        if (removed) add_one_sided(*row, true);
        if (removed || changed != changed_.end()) --left;
    }
    return {};
}

Result<FileDiff> Comparison::by_key() {
    TRY(digest_before());
    TRY(match_after());
    TRY(show_before());
    return take();
}

}  // namespace

Result<FileDiff> diff_files(const DiffFile& before, const DiffFile& after, std::vector<std::string> key,
                            std::size_t most) {
    if (before.is_object() && after.is_object()) key = {"key"};
    Comparison comparison(before, after, std::move(key), most);
    return comparison.has_key() ? comparison.by_key() : comparison.by_position();
}

}  // namespace sluice
