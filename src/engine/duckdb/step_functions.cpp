#include "engine/duckdb/step_functions.hpp"

#include <fmt/format.h>

#include <map>

#include "engine/value_cast.hpp"
#include "engine/value_mask.hpp"
#include "rows/excerpt.hpp"
#include "rows/json_text.hpp"
#include "utils/hmac.hpp"

namespace sluice {

namespace {

template <bool NullOnError>
void cast(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const std::vector<TimeReader>& readers = settings_of(info).times;
    const VectorView<duckdb_string_t> texts(input, 0);
    const VectorView<int32_t> types(input, 1);
    const VectorView<int32_t> notation(input, 2);
    std::string out;
    map_rows(info, input, output, [&](idx_t row) -> Fault {
        out.clear();
        const std::string_view text = text_of(texts[row]);
        const auto type = static_cast<Type>(types[row]);
        const TimeReader& times = readers[static_cast<std::size_t>(notation[row])];
        if (append_cast(token_of(text), type, times, out)) {
            set_text(output, row, out);
        } else if (NullOnError) {
            set_null(output, row);
        } else {
            return fmt::format("{} is not {}; mend the value, or say `on_type_error: \"null\"`", excerpt(text),
                               cast_expectation(type, times));
        }
        return {};
    });
}

void last4(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    map_text(info, input, output, [](std::string_view text, std::string& out) -> Fault {
        append_last4(token_of(text), out);
        return {};
    });
}

// The key is not an argument: SQL text ends up in messages and profiles.
void hmac(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const std::vector<Secret>& keys = settings_of(info).mask_keys;
    const VectorView<duckdb_string_t> texts(input, 0);
    const VectorView<int32_t> key(input, 1);
    std::map<int32_t, Hmac> codes;
    std::string masked;
    map_rows(info, input, output, [&](idx_t row) -> Fault {
        auto code = codes.find(key[row]);
        if (code == codes.end()) {
            auto made = Hmac::with_key(keys[static_cast<std::size_t>(key[row])]);
            if (!made) return made.error().message;
            code = codes.emplace(key[row], std::move(*made)).first;
        }
        masked.clear();
        append_masked_text(token_of(text_of(texts[row])), masked);
        const auto digits = code->second.hex(masked);
        if (!digits) return "OpenSSL failed to compute an HMAC";
        set_text(output, row, "\"" + *digits + "\"");
        return {};
    });
}

void elements(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const VectorView<duckdb_string_t> texts(input, 0);
    const VectorView<duckdb_list_entry> entries(output);
    const duckdb_vector child = duckdb_list_vector_get_child(output);
    idx_t size = 0;
    for (idx_t row = 0; row < duckdb_data_chunk_get_size(input); ++row) entries[row] = {0, 0};  // also of nulls
    map_rows(info, input, output, [&](idx_t row) -> Fault {
        const std::string_view text = text_of(texts[row]);
        const Token list = token_of(text);
        if (list.kind != Kind::array)
            return fmt::format("{} is not a list; unnest takes lists and null", excerpt(text));
        const std::vector<Token> tokens = elements_of(list);
        if (duckdb_list_vector_reserve(output, size + tokens.size()) != DuckDBSuccess) return "out of memory";
        entries[row] = {size, tokens.size()};
        for (const Token& token : tokens) {
            if (token.is_null())
                set_null(child, size);
            else
                set_text(child, size, token.view());
            ++size;
        }
        if (duckdb_list_vector_set_size(output, size) != DuckDBSuccess) return "out of memory";
        return {};
    });
}

}  // namespace

std::vector<ScalarFunction> step_functions() {
    constexpr duckdb_type kText = DUCKDB_TYPE_VARCHAR;
    constexpr duckdb_type kInteger = DUCKDB_TYPE_INTEGER;
    return {
        {"sl_cast", {kText, kInteger, kInteger}, kText, cast<false>},
        {"sl_elements", {kText}, DUCKDB_TYPE_LIST, elements},
        {"sl_hmac", {kText, kInteger}, kText, hmac},
        {"sl_last4", {kText}, kText, last4},
        {"sl_try_cast", {kText, kInteger, kInteger}, kText, cast<true>},
    };
}

}  // namespace sluice
