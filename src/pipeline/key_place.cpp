#include "pipeline/key_place.hpp"

#include <algorithm>
#include <string_view>

#include "rows/key.hpp"

namespace sluice {

namespace {

struct SourceColumn {
    std::size_t source = 0;
    std::string name;
};

// Which source columns a relation's column may be carried from. A join's column may come from either side, with or
// without a suffix: which of them it is depends on the data, so all are candidates.
class Ancestry {
public:
    explicit Ancestry(const LogicalPlan& plan) : plan_(plan) {}

    std::vector<SourceColumn> of(RelationId relation, const std::string& column) {
        visit(relation, column);
        return std::move(found_);
    }

private:
    void visit(RelationId relation, const std::string& column) {
        const Node& node = plan_.relations[relation].node;
        if (const auto* scan = std::get_if<ScanNode>(&node)) {
            found_.push_back({scan->source, column});
        } else if (const auto* join = std::get_if<JoinNode>(&node)) {
            visit_side(join->left, column, join->shape.left_suffix);
            visit_side(join->right, column, join->shape.right_suffix);
        } else if (const auto* count_by = std::get_if<CountByNode>(&node)) {
            if (std::ranges::find(count_by->keys, column) != count_by->keys.end()) visit(count_by->input, column);
        } else if (const auto* group_by = std::get_if<GroupByNode>(&node)) {
            if (std::ranges::find(group_by->keys, column) != group_by->keys.end()) visit(group_by->input, column);
        } else if (const auto* select = std::get_if<SelectNode>(&node)) {
            const auto item = std::ranges::find(select->columns, column, &SelectColumn::name);
            if (item != select->columns.end() && !item->expression) visit(select->input, column);
        } else if (const auto* filter = std::get_if<FilterNode>(&node)) {
            visit(filter->input, column);
        } else if (const auto* sort = std::get_if<SortNode>(&node)) {
            visit(sort->input, column);
        } else if (const auto* united = std::get_if<UnionNode>(&node)) {
            for (const RelationId input : united->inputs) visit(input, column);
        } else if (const auto* dedupe = std::get_if<DedupeNode>(&node)) {
            visit(dedupe->input, column);
        } else if (const auto* drop = std::get_if<DropNode>(&node)) {
            visit(drop->input, column);
        } else if (const auto* rename = std::get_if<RenameNode>(&node)) {
            const auto given = std::ranges::find(rename->columns, column, &RenamedColumn::to);
            visit(rename->input, given == rename->columns.end() ? column : given->column.name);
        }
    }

    void visit_side(RelationId side, const std::string& column, const std::string& suffix) {
        visit(side, column);
        if (column.size() > suffix.size() && column.ends_with(suffix))
            visit(side, column.substr(0, column.size() - suffix.size()));
    }

    const LogicalPlan& plan_;
    std::vector<SourceColumn> found_;
};

std::optional<Ordinal> first_row_with_key(const ScannableSource& source, const std::string& column,
                                          const std::string& key) {
    ScanRequest request;
    request.slots = {column};
    const auto scan = source.scan(request);
    const auto reader = scan->reader();
    std::string candidate;
    while (true) {
        const auto block = reader->next();
        if (!block || *block == nullptr) return std::nullopt;
        for (std::size_t row = 0; row < (*block)->rows(); ++row) {
            const Token& token = (*block)->slots[0][row];
            candidate.clear();
            if (!token.is_null() && append_key(token, candidate) && candidate == key) return (*block)->ordinals[row];
        }
    }
}

}  // namespace

std::optional<Place> first_place_of_key(const LogicalPlan& plan,
                                        const std::vector<std::unique_ptr<ScannableSource>>& sources,
                                        RelationId relation, const std::string& column, const Token& key) {
    std::string bytes;
    if (!append_key(key, bytes)) return std::nullopt;
    for (const SourceColumn& candidate : Ancestry(plan).of(relation, column)) {
        const ScannableSource& source = *sources[candidate.source];
        const auto row = first_row_with_key(source, candidate.name, bytes);
        if (!row) continue;
        if (auto place = source.place(*row)) return std::move(*place);
    }
    return std::nullopt;
}

}  // namespace sluice
