#include "formats/format_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/formats/row_table.hpp"
#include "unit/rows/oracle.hpp"

namespace sluice {
namespace {

using testing::HasSubstr;

const OutputFormat& format_named(std::string_view name) {
    const auto& formats = output_formats();
    const auto found =
        std::find_if(formats.begin(), formats.end(), [&](const auto& format) { return format.name == name; });
    EXPECT_NE(found, formats.end()) << name;
    return *found;
}

OutputColumn column_of(const OracleCase& fields, std::size_t at) {
    const Meaning meaning = fields[at + 1] == "timestamp"  ? Meaning::timestamp
                            : fields[at + 1] == "duration" ? Meaning::duration
                                                           : Meaning::value;
    return {fields[at], meaning, {.timezone = fields[at + 2]}};
}

TEST(FormatWriter, AgreesWithPython) {
    for (const OracleCase& fields : oracle_cases("oracle_files.py", 1500)) {
        const ValueStyle style{fields[1] == "iso" ? TimestampStyle::iso : TimestampStyle::epoch_ms,
                               fields[2] == "text" ? DurationStyle::text : DurationStyle::seconds};
        const std::size_t width = std::stoull(fields[3]);
        std::vector<OutputColumn> columns;
        for (std::size_t i = 0; i < width; ++i) columns.push_back(column_of(fields, 5 + 3 * i));
        std::vector<std::string> cells(fields.begin() + 5 + static_cast<std::ptrdiff_t>(3 * width), fields.end());
        const std::size_t rows = width == 0 ? std::stoull(cells[0]) : cells.size() / width;

        RowTable table(std::move(columns), std::move(cells), rows);
        MemorySink sink;
        const Result<WrittenRows> written = format_named(fields[0]).write(table, style, sink);
        if (!written) {
            EXPECT_EQ(written.error().code, fields[4]) << written.error().message;
            continue;
        }
        EXPECT_EQ(sink.text, fields[4]);
        EXPECT_EQ(written->rows, fields[0] == "json_object" ? rows - 1 : rows);
    }
}

TEST(FormatWriter, SameKeyTextNamesBothValuesAndRows) {
    RowTable table({{"k"}, {"v"}}, {"\"a\"", "1", "null", "2", "200", "3", "\"200\"", "4"}, 4);
    MemorySink sink;
    const auto written = write_json_object(table, {}, sink);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::data);
    EXPECT_EQ(written.error().code, "same_key_text");
    EXPECT_THAT(written.error().message, HasSubstr("200 in row 3 and \"200\" in row 4"));
}

TEST(FormatWriter, JsonObjectTakesTwoColumns) {
    RowTable table({{"k"}, {"v"}, {"w"}}, {}, 0);
    MemorySink sink;
    const auto written = write_json_object(table, {}, sink);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::data);
    EXPECT_THAT(written.error().message, HasSubstr("there are 3"));
}

TEST(FormatWriter, JsonObjectKeysMayBeTimes) {
    RowTable table({{"k", Meaning::timestamp}, {"v"}}, {"\"1970-01-01T00:00:01Z\"", "1"}, 1);
    MemorySink sink;
    ASSERT_TRUE(write_json_object(table, ValueStyle{.timestamps = TimestampStyle::epoch_ms}, sink));
    EXPECT_EQ(sink.text, "{\n  \"1000\": 1\n}\n");
}

TEST(FormatWriter, CsvLinesMayEndWithCrLf) {
    RowTable table({{"a"}, {"b"}}, {"\"x\\ny\"", "1"}, 1);
    MemorySink sink;
    WriteRequest request;
    request.crlf = true;
    ASSERT_TRUE(write_csv(table, request, sink));
    EXPECT_EQ(sink.text, "a,b\r\n\"x\ny\",1\r\n");
}

TEST(FormatWriter, CsvKeepsAByteOrderMarkInAName) {
    RowTable table({{"\xEF\xBB\xBF"
                     "a"}},
                   {}, 0);
    MemorySink sink;
    ASSERT_TRUE(write_csv(table, {}, sink));
    EXPECT_EQ(sink.text,
              "\"\xEF\xBB\xBF"
              "a\"\n");
}

TEST(FormatWriter, CsvCarriesNoNullCharacter) {
    RowTable table({{"a"}, {"b"}}, {"1", "\"x\"", "2", "\"x\\u0000y\""}, 2);
    MemorySink sink;
    const auto written = write_csv(table, {}, sink);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, "null_character");
    EXPECT_THAT(written.error().message, HasSubstr("the value of column 2 ('b') in row 2"));
}

TEST(FormatWriter, CsvWithoutColumnsHasNoRows) {
    RowTable none({}, {}, 0);
    MemorySink sink;
    ASSERT_TRUE(write_csv(none, {}, sink));
    EXPECT_EQ(sink.text, "");
    RowTable rows({}, {}, 2);
    const auto written = write_csv(rows, {}, sink);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, "rows_without_columns");
}

TEST(FormatWriter, GivesTheSinkLargePieces) {
    constexpr std::size_t kRows = 3000;
    RowTable table({{"a"}}, std::vector<std::string>(kRows, '"' + std::string(1000, 'x') + '"'), kRows);
    MemorySink sink;
    ASSERT_TRUE(write_json(table, {}, sink));
    ASSERT_EQ(sink.pieces.size(), 3U);
    EXPECT_GE(sink.pieces[0], std::size_t{1} << 20U);
}

TEST(FormatWriter, PassesErrorsOn) {
    for (const OutputFormat& format : output_formats()) {
        if (format.write == nullptr) continue;  // not written as bytes
        RowTable broken({{"k"}, {"v"}}, {"1", "1"}, 1);
        broken.fail_at_end();
        MemorySink sink;
        const auto from_stream = format.write(broken, {}, sink);
        ASSERT_FALSE(from_stream) << format.name;
        EXPECT_EQ(from_stream.error().code, "broken");

        RowTable table({{"k"}, {"v"}}, {"1", "1"}, 1);
        sink.fill_up();
        const auto from_sink = format.write(table, {}, sink);
        ASSERT_FALSE(from_sink) << format.name;
        EXPECT_EQ(from_sink.error().code, "disk_full");
    }
}

}  // namespace
}  // namespace sluice
