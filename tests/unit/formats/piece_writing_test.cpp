#include "formats/piece_writing.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "formats/format_writer.hpp"
#include "unit/formats/row_table.hpp"

namespace sluice {
namespace {

// Gives `cells`, two a row, in pieces of `size` rows; `broken` is the piece that cannot be had.
class TablePieces final : public RowPieces {
public:
    TablePieces(std::vector<std::string> cells, std::size_t size, int threads, bool names)
        : cells_(std::move(cells)), size_(size), threads_(threads), names_(names) {}

    [[nodiscard]] std::size_t count() const override { return (cells_.size() / 2 + size_ - 1) / size_; }
    [[nodiscard]] int threads() const override { return threads_; }
    [[nodiscard]] bool first_column_is_name() const override { return names_; }
    [[nodiscard]] std::unique_ptr<Reader> reader() const override { return std::make_unique<TableReader>(*this); }

    std::optional<std::size_t> broken;

private:
    class TableReader final : public Reader {
    public:
        explicit TableReader(const TablePieces& table) : table_(table) {}
        Result<const TokenBatch*> piece(std::size_t index) override {
            if (index == table_.broken) return data_error("broken", fmt::format("piece {} broke", index));
            const std::size_t begin = index * table_.size_;
            batch_.rows = std::min(table_.size_, table_.cells_.size() / 2 - begin);
            batch_.columns.assign(2, {});
            for (std::size_t cell = 0; cell < batch_.rows * 2; ++cell)
                batch_.columns[cell % 2].push_back(token_of(table_.cells_[begin * 2 + cell]));
            return &batch_;
        }

    private:
        const TablePieces& table_;
        TokenBatch batch_;
    };

    std::vector<std::string> cells_;
    std::size_t size_;
    int threads_;
    bool names_;
};

// The same rows one after another and in pieces.
class PiecesTable final : public RowStream {
public:
    PiecesTable(const std::vector<std::string>& cells, TablePieces pieces, Meaning meaning = Meaning::value)
        : table_({{"k"}, {"v", meaning}}, cells, cells.size() / 2), pieces_(std::move(pieces)) {}
    [[nodiscard]] const std::vector<OutputColumn>& columns() const override { return table_.columns(); }
    [[nodiscard]] Result<const TokenBatch*> next() override { return table_.next(); }
    [[nodiscard]] const RowPieces* pieces() const override { return &pieces_; }

private:
    RowTable table_;
    TablePieces pieces_;
};

std::vector<std::string> members(std::size_t rows, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<std::string> cells;
    for (std::size_t row = 0; row < rows; ++row) {
        switch (random() % 4) {
            case 0:
                cells.push_back(fmt::format("\"text \\\"{}\"", row));
                break;
            case 1:
                cells.push_back(fmt::format("[{}, \"x\"]", row));
                break;
            default:
                cells.push_back(fmt::format("{}", row));
        }
        cells.push_back(random() % 8 == 0   ? "null"
                        : random() % 8 == 0 ? "{\"a\":[1,2]}"
                                            : fmt::format("{}", 1'000'000'000'000 * static_cast<std::int64_t>(row)));
    }
    return cells;
}

TEST(PieceWriting, AnObjectHasTheSameBytesInPieces) {
    for (const std::size_t rows : {0U, 1U, 2U, 5U, 400U}) {
        for (const Meaning meaning : {Meaning::value, Meaning::duration}) {
            const std::vector<std::string> cells = members(rows, 3);
            RowTable serial({{"k"}, {"v", meaning}}, cells, rows);
            MemorySink expected;
            ASSERT_TRUE(write_json_object(serial, {}, expected));
            for (const int threads : {1, 2, 5}) {
                PiecesTable table(cells, TablePieces(cells, 3, threads, true), meaning);
                MemorySink sink;
                const auto written = write_json_object(table, {}, sink);
                ASSERT_TRUE(written);
                EXPECT_EQ(written->rows, rows);
                EXPECT_EQ(sink.text, expected.text) << rows << " rows, " << threads << " threads";
            }
        }
    }
}

TEST(PieceWriting, RowsHaveTheSameBytesInPieces) {
    for (const std::size_t rows : {0U, 1U, 5U, 400U}) {
        const std::vector<std::string> cells = members(rows, 9);
        for (const auto write : {write_json, write_jsonl}) {
            RowTable serial({{"k"}, {"v"}}, cells, rows);
            MemorySink expected;
            ASSERT_TRUE(write(serial, {}, expected));
            PiecesTable table(cells, TablePieces(cells, 3, 3, false));
            MemorySink sink;
            const auto written = write(table, {}, sink);
            ASSERT_TRUE(written);
            EXPECT_EQ(written->rows, rows);
            EXPECT_EQ(sink.text, expected.text);
        }
    }
}

TEST(PieceWriting, KeysThatMayLookAlikeAreCompared) {
    const std::vector<std::string> cells{"1", "2", "\"1\"", "3"};
    PiecesTable table(cells, TablePieces(cells, 1, 2, false));
    MemorySink sink;
    const auto written = write_json_object(table, {}, sink);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, "same_key_text");
}

TEST(PieceWriting, TheFirstFailureIsTheOneThatIsTold) {
    const std::vector<std::string> cells = members(300, 5);
    for (const int threads : {1, 2, 5}) {
        TablePieces pieces(cells, 1, threads, true);
        pieces.broken = 150;
        MemorySink sink;
        const Result<> done = append_pieces(
            pieces,
            [](const TokenBatch&, std::size_t index, std::string& out) -> Result<> {
                if (index == 200) return data_error("later", "piece 200 has no format");
                out += fmt::format("{} ", index);
                return {};
            },
            sink);
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, "broken");
        EXPECT_TRUE(sink.text.ends_with(" 149 ")) << sink.text;
    }
}

TEST(PieceWriting, AFullSinkEndsIt) {
    const std::vector<std::string> cells = members(300, 7);
    PiecesTable table(cells, TablePieces(cells, 1, 3, true));
    MemorySink sink;
    sink.fill_up();
    const auto written = write_json_object(table, {}, sink);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, "disk_full");
}

}  // namespace
}  // namespace sluice
