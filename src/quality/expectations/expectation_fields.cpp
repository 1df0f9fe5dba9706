#include "quality/expectations/expectation_fields.hpp"

#include "extractors/bad_row_limit.hpp"

namespace sluice {

namespace {

Field column_field() { return {.name = "column", .doc = "The column.", .required = true, .may_be_empty = true}; }

Field least_field(std::string_view doc) { return {.name = "min", .type = FieldType::integer, .doc = doc, .least = 0}; }
Field most_field(std::string_view doc) { return {.name = "max", .type = FieldType::integer, .doc = doc, .least = 0}; }

Field share_field(std::string_view name, std::string_view doc) {
    Field field = max_bad_rows_field();
    field.name = name;
    field.doc = doc;
    field.details = "A number, or a share of the rows such as 0.5%.";
    return field;
}

Field section(std::string_view name, std::string_view doc, std::vector<Field> fields) {
    return {.name = name, .type = FieldType::section, .doc = doc, .fields = std::move(fields)};
}

std::vector<Field> value_fields() {
    return {
        section("accepted_values", "A column has only these values.",
                {column_field(),
                 {.name = "values",
                  .type = FieldType::any,
                  .doc = "The values. In quotes a text, else what it looks like: a number, true or false.",
                  .required = true,
                  .example = "[click, view]",
                  .shape = R"({"type": "array", "minItems": 1, "items": {"type": ["string", "number", "boolean"]}})"}}),
        section("between", "A column's values are numbers, or times, within bounds that are taken in.",
                {column_field(),
                 {.name = "min", .doc = "The least number or time."},
                 {.name = "max", .doc = "The greatest number or time."}}),
        section("regex", "A regular expression (RE2) is found in each of a column's texts.",
                {column_field(),
                 {.name = "pattern",
                  .doc = "The expression; ^ and $ bind it to the whole text.",
                  .required = true,
                  .example = "^/api/"}}),
        section("length", "How many characters a column's texts have.",
                {column_field(), least_field("The fewest."), most_field("The most.")}),
        section("type", "A column's values are all of one type.",
                {column_field(),
                 {.name = "is",
                  .doc = "The type.",
                  .required = true,
                  .choices = {"text", "integer", "number", "boolean", "timestamp", "list", "object"}}})};
}

std::vector<Field> set_fields() {
    return {
        section("row_count", "How many rows there are.", {least_field("The fewest."), most_field("The most.")}),
        section("null_rate", "So many of a column's values may be null.",
                {column_field(),
                 [] {
                     Field most = share_field("max", "How many.");
                     most.default_text = {};
                     most.required = true;
                     return most;
                 }()}),
        section("distinct_count", "How many different values a column has, null aside.",
                {column_field(), least_field("The fewest."), most_field("The most.")}),
        section(
            "freshness", "The latest of a column's times is not older than this when the run begins.",
            {column_field(), {.name = "max_age", .type = FieldType::duration, .doc = "The age.", .required = true}}),
        section("referential", "Each of a column's values is a value of another source's or step's column.",
                {column_field(),
                 {.name = "in", .doc = "The source or step.", .required = true},
                 {.name = "key", .doc = "Its column; by default the one of the same name.", .may_be_empty = true}})};
}

}  // namespace

const std::vector<Field>& expectation_fields() {
    static const std::vector<Field> kFields = [] {
        std::vector<Field> fields{{.name = "not_null",
                                   .type = FieldType::text_list,
                                   .doc = "A column, or each of a list, has no null.",
                                   .may_be_empty = true},
                                  {.name = "unique",
                                   .type = FieldType::text_list,
                                   .doc = "No two rows have the same value in a column, or in all of a list together.",
                                   .may_be_empty = true,
                                   .details = "Rows with a null there do not count."}};
        for (Field& field : value_fields()) fields.push_back(std::move(field));
        for (Field& field : set_fields()) fields.push_back(std::move(field));
        fields.push_back({.name = "sql", .doc = "One SELECT statement that gives the rows at fault."});
        fields.push_back({.name = "severity",
                          .doc = "What is done if it is not met; by default what `expectations` says.",
                          .choices = {"fail", "quarantine", "warn"}});
        fields.push_back(share_field("max_failing", "So many rows may fail."));
        fields.push_back({.name = "name", .doc = "What reports call it; by default what it expects."});
        return fields;
    }();
    return kFields;
}

Field expect_field() {
    return {.name = "expect",
            .type = FieldType::section_list,
            .doc = "What is expected of the rows: [expect.md](expect.md).",
            .fields = expectation_fields(),
            .shape = R"({"type": "array", "items": {"$ref": "#/$defs/expectation"}})"};
}

}  // namespace sluice
