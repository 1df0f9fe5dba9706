#include "plan/logical.hpp"

#include <string_view>

namespace sluice {

namespace {

template <typename... Cases>
struct Match : Cases... {
    using Cases::operator()...;
};
template <typename... Cases>
Match(Cases...) -> Match<Cases...>;

}  // namespace

std::vector<RelationId> inputs_of(const Node& node) {
    return std::visit(Match{
                          [](const ScanNode&) { return std::vector<RelationId>{}; },
                          [](const JoinNode& join) {
                              return std::vector{join.left, join.right};
                          },
                          [](const SqlNode& sql) { return sql.inputs; },
                          [](const UnionNode& step) { return step.inputs; },
                          [](const auto& step) { return std::vector{step.input}; },
                      },
                      node);
}

std::string_view kind_of(const Node& node) {
    return std::visit(Match{
                          [](const ScanNode&) { return std::string_view("scan"); },
                          [](const JoinNode&) { return std::string_view("join"); },
                          [](const CountByNode&) { return std::string_view("count_by"); },
                          [](const GroupByNode&) { return std::string_view("group_by"); },
                          [](const FilterNode&) { return std::string_view("filter"); },
                          [](const SelectNode&) { return std::string_view("select"); },
                          [](const SortNode&) { return std::string_view("sort"); },
                          [](const SqlNode&) { return std::string_view("sql"); },
                          [](const UnionNode&) { return std::string_view("union"); },
                          [](const UnnestNode&) { return std::string_view("unnest"); },
                          [](const DedupeNode&) { return std::string_view("dedupe"); },
                          [](const DeriveNode&) { return std::string_view("derive"); },
                          [](const RenameNode&) { return std::string_view("rename"); },
                          [](const DropNode&) { return std::string_view("drop"); },
                          [](const CastNode&) { return std::string_view("cast"); },
                          [](const FillNode&) { return std::string_view("fill"); },
                          [](const MaskNode&) { return std::string_view("mask"); },
                      },
                      node);
}

}  // namespace sluice
