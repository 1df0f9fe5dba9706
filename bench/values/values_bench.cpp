// What one value costs: the functions that run for each value of a large input. Many different inputs, so that no
// branch is learnt by heart.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "formats/fragment.hpp"
#include "rows/decimal.hpp"
#include "rows/exact_sum.hpp"
#include "rows/json_text.hpp"
#include "rows/key.hpp"
#include "rows/timestamp.hpp"

namespace {

using namespace sluice;

constexpr std::size_t kInputs = 4096;

template <typename Make>
std::vector<std::string> inputs(Make make) {
    std::mt19937_64 random(1);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < kInputs; ++i) texts.push_back(make(random));
    return texts;
}

std::vector<std::string> user_names() {
    return inputs([](auto& random) { return "\"user_" + std::to_string(random() % 125'000) + "\""; });
}
std::vector<std::string> small_integers() {
    return inputs([](auto& random) { return std::to_string(random() % 100'000); });
}
std::vector<std::string> prices() {
    return inputs([](auto& random) { return std::to_string(random() % 5000) + "." + std::to_string(random() % 1000); });
}

std::vector<Token> tokens_of(const std::vector<std::string>& texts) {
    std::vector<Token> tokens;
    for (const std::string& text : texts) tokens.push_back(token_of(text));
    return tokens;
}

void per_value(benchmark::State& state) {
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(kInputs));
}

void append_keys(benchmark::State& state, const std::vector<std::string>& texts) {
    const std::vector<Token> tokens = tokens_of(texts);
    std::string key;
    for (auto _ : state) {
        for (const Token& token : tokens) {
            key.clear();
            benchmark::DoNotOptimize(append_key(token, key));
            benchmark::DoNotOptimize(key.data());
        }
    }
    per_value(state);
}
BENCHMARK_CAPTURE(append_keys, text, user_names());
BENCHMARK_CAPTURE(append_keys, small_integer, small_integers());
BENCHMARK_CAPTURE(append_keys, decimal, prices());

void decoded_text(benchmark::State& state) {
    const std::vector<std::string> texts = user_names();
    const std::vector<Token> tokens = tokens_of(texts);
    std::string out;
    for (auto _ : state) {
        for (const Token& token : tokens) {
            out.clear();
            append_decoded(token, out);
            benchmark::DoNotOptimize(out.data());
        }
    }
    per_value(state);
}
BENCHMARK(decoded_text);

void small_decimals(benchmark::State& state, const std::vector<std::string>& texts) {
    for (auto _ : state) {
        for (const std::string& text : texts) benchmark::DoNotOptimize(parse_small_decimal(text));
    }
    per_value(state);
}
BENCHMARK_CAPTURE(small_decimals, integer, small_integers());
BENCHMARK_CAPTURE(small_decimals, decimal, prices());

void sum_of_small(benchmark::State& state) {
    const std::vector<std::string> texts = prices();
    std::vector<SmallDecimal> values;
    for (const std::string& text : texts) values.push_back(*parse_small_decimal(text));
    ExactSum sum;
    for (auto _ : state) {
        for (const SmallDecimal& value : values) sum.add_small(value.mantissa, value.scale, 3);
    }
    benchmark::DoNotOptimize(sum.sum_text());
    per_value(state);
}
BENCHMARK(sum_of_small);

void means(benchmark::State& state) {
    std::vector<ExactSum> sums(kInputs);
    const std::vector<std::string> texts = prices();
    for (std::size_t i = 0; i < kInputs; ++i) (void)sums[i].add(token_of(texts[i]), 1'000'003);
    for (auto _ : state) {
        for (const ExactSum& sum : sums) benchmark::DoNotOptimize(sum.mean_text(7));
    }
    per_value(state);
}
BENCHMARK(means);

std::string two(std::uint64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

std::vector<std::string> times(const std::string& end) {
    return inputs([&](auto& random) {
        return "20" + two(random() % 30) + "-" + two(1 + random() % 12) + "-" + two(1 + random() % 28) + "T" +
               two(random() % 24) + ":" + two(random() % 60) + ":" + two(random() % 60) + end;
    });
}

void timestamps(benchmark::State& state, const std::vector<std::string>& texts, const std::string& zone_name) {
    const TimeZone zone = TimeZone::named(zone_name).value();
    for (auto _ : state) {
        for (const std::string& text : texts) benchmark::DoNotOptimize(parse_timestamp(text, false, zone));
    }
    per_value(state);
}
BENCHMARK_CAPTURE(timestamps, 20_bytes, times("Z"), "UTC");
BENCHMARK_CAPTURE(timestamps, 24_bytes, times(".123Z"), "UTC");
BENCHMARK_CAPTURE(timestamps, 25_bytes, times("+07:00"), "UTC");
BENCHMARK_CAPTURE(timestamps, local_in_zone, times(""), "Asia/Jakarta");

void fragments(benchmark::State& state, TimestampStyle style) {
    const std::vector<std::string> cells[] = {
        user_names(),     inputs([&, t = times("Z")](auto& r) { return '"' + t[r() % kInputs] + '"'; }),
        small_integers(), prices(),
        user_names(),     user_names(),
        prices(),         small_integers()};
    std::vector<FragmentField> fields;
    for (const char* name :
         {"user_id", "timestamp", "status_code", "response_time", "endpoint", "method", "page_url", "bytes"}) {
        fields.push_back({name, {name}});
    }
    fields[1].output.meaning = Meaning::timestamp;
    const FragmentFormatter formatter(fields, kJsonLayout, {.timestamps = style});
    std::vector<std::vector<Token>> rows;
    for (std::size_t row = 0; row < kInputs; ++row) {
        rows.emplace_back();
        for (const auto& column : cells) rows.back().push_back(token_of(column[row]));
    }
    std::string out;
    for (auto _ : state) {
        out.clear();
        for (const auto& row : rows) formatter.append(row, out);
        benchmark::DoNotOptimize(out.data());
    }
    per_value(state);
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(out.size()));
}
BENCHMARK_CAPTURE(fragments, iso, TimestampStyle::iso);
BENCHMARK_CAPTURE(fragments, epoch_ms, TimestampStyle::epoch_ms);

}  // namespace
