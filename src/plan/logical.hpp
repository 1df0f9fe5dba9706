// The logical plan: what the config asks for, by names, before any data was seen. Immutable once made; rewrites give a
// new one.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/location.hpp"
#include "engine/join_columns.hpp"
#include "formats/value_rendering.hpp"
#include "rows/declared_type.hpp"
#include "utils/compression.hpp"
#include "utils/secret.hpp"

namespace sluice {

// The index of a relation (a source or a step) in LogicalPlan::relations.
using RelationId = std::size_t;

// A piece of the user's text that DuckDB's parser reads, and where it stands.
struct Expression {
    std::string text;
    Location location;
};

struct ScanNode {
    std::size_t source = 0;  // index into LogicalPlan::sources
};

struct JoinNode {
    RelationId left = 0;
    RelationId right = 0;
    JoinShape shape;
    std::vector<Location> key_locations;  // one for each key
};

// count_by: rows per key, most frequent first, ties by key ascending; columns: the keys, then `count`.
struct CountByNode {
    RelationId input = 0;
    std::vector<std::string> keys;
    std::vector<Location> key_locations;
};

enum class Aggregation { count, sum, avg, min, max, first, last, count_distinct, mean_gap };

struct AggregateColumn {
    std::string name;
    Aggregation function = Aggregation::count;
    // Nothing for count() and count(*). A plain column name when `column` is set, else an expression.
    std::optional<std::string> column;
    std::optional<Expression> argument;
    Location location;
};

// group_by: rows by key ascending; columns: the keys, then the aggregates.
struct GroupByNode {
    RelationId input = 0;
    std::vector<std::string> keys;
    std::vector<Location> key_locations;
    std::vector<AggregateColumn> aggregates;
};

struct FilterNode {
    RelationId input = 0;
    Expression condition;
};

struct SelectColumn {
    std::string name;
    std::optional<Expression> expression;  // nothing: the input's column of that name, carried to the letter
    Location location;
};

struct SelectNode {
    RelationId input = 0;
    std::vector<SelectColumn> columns;
};

struct SortKey {
    std::string column;
    bool descending = false;
    Location location;
};

// Stable; nulls last in both directions.
struct SortNode {
    RelationId input = 0;
    std::vector<SortKey> keys;
};

// The user's SQL sees every relation that it names by its real name.
struct SqlNode {
    std::vector<RelationId> inputs;
    Expression sql;
};

// A column of the input that a step names.
struct NamedColumn {
    std::string name;
    Location location;
};

// The rows of the first input, then those of the second, and so on. Columns by name, in first-seen order.
struct UnionNode {
    std::vector<RelationId> inputs;
    Location location;
};

// A row for each element of a list, in its order; the column is replaced by the elements, in its place.
struct UnnestNode {
    RelationId input = 0;
    NamedColumn column;
    std::string as;           // the elements' name
    bool keep_empty = false;  // a row without an element stays, with null
};

// Of the rows that are equal in all keys, the first or the last, in its place. A row with a null key equals no other.
struct DedupeNode {
    RelationId input = 0;
    std::vector<NamedColumn> keys;
    bool keep_last = false;
};

// Each column is computed from the input's; it replaces the one of its name, or comes behind the others.
struct DeriveNode {
    RelationId input = 0;
    std::vector<SelectColumn> columns;  // all with an expression
};

struct RenamedColumn {
    NamedColumn column;
    std::string to;
    Location to_location;
};

struct RenameNode {
    RelationId input = 0;
    std::vector<RenamedColumn> columns;
};

struct DropNode {
    RelationId input = 0;
    std::vector<NamedColumn> columns;
};

struct CastColumn {
    NamedColumn column;
    DeclaredType type;
};

struct CastNode {
    RelationId input = 0;
    std::vector<CastColumn> columns;
    bool null_on_error = false;  // else the first value that is none of the type ends the run
};

struct FilledColumn {
    NamedColumn column;
    std::string token;  // what stands for null: a JSON scalar
};

struct FillNode {
    RelationId input = 0;
    std::vector<FilledColumn> columns;
};

enum class MaskMethod { hmac, last4 };

struct MaskedColumn {
    NamedColumn column;
    MaskMethod method = MaskMethod::hmac;
};

struct MaskNode {
    RelationId input = 0;
    std::vector<MaskedColumn> columns;
    Secret key;  // of hmac
};

using Node =
    std::variant<ScanNode, JoinNode, CountByNode, GroupByNode, FilterNode, SelectNode, SortNode, SqlNode, UnionNode,
                 UnnestNode, DedupeNode, DeriveNode, RenameNode, DropNode, CastNode, FillNode, MaskNode>;

struct Relation {
    std::string name;  // of the source or step
    Location location;
    Node node;
};

struct PartitionColumn {
    std::string name;
    Location location;
};

struct LogicalOutput {
    std::string name;
    std::string file;
    std::string format;  // a name of output_formats()
    ValueStyle style;
    bool crlf = false;  // lines of csv and tsv end with CR LF
    CompressionChoice compression;
    bool sha256 = false;                        // its files get one besides CRC-64/NVME
    std::vector<PartitionColumn> partition_by;  // the file is one in each folder of these columns' values
    std::size_t max_partitions = 0;
    RelationId from = 0;
    std::vector<std::size_t> destinations;  // indices into the config's destinations that are on
    Location location;
};

struct LogicalPlan {
    std::vector<std::string> sources;  // names, in the config's order
    std::vector<Relation> relations;   // each after all that it reads from
    std::vector<LogicalOutput> outputs;
};

// The relations that a node reads from, in the order in which the config names them.
[[nodiscard]] std::vector<RelationId> inputs_of(const Node& node);
// What kind of step it is, as the config says it: "scan", "join", "count_by", ...
[[nodiscard]] std::string_view kind_of(const Node& node);

}  // namespace sluice
