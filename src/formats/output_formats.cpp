#include "formats/format_writer.hpp"

namespace sluice {

const std::vector<OutputFormat>& output_formats() {
    static const std::vector<OutputFormat> formats{
        {"csv", "csv", "comma-separated values (RFC 4180) with a header row", write_csv},
        {"json", "json", "an array of objects, one for each row, laid out as Python's json.dumps(indent=2)",
         write_json},
        {"json_object", "json", "one object: the first column gives its keys, the second its values",
         write_json_object},
        {"jsonl", "jsonl", "one object on each line", write_jsonl},
        {"parquet", "parquet", "columns with types, compressed; read by most engines", nullptr},
        {"tsv", "tsv", "as csv, with tabs", write_tsv},
    };
    return formats;
}

}  // namespace sluice
