#include "quality/diff/row_value.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>

#include "formats/scan/json_number.hpp"
#include "rows/json_text.hpp"
#include "rows/key.hpp"

namespace sluice {

namespace {

void append_size(std::size_t size, std::string& out) {
    std::array<char, sizeof(size)> bytes{};
    std::memcpy(bytes.data(), &size, sizeof(size));
    out.append(bytes.data(), bytes.size());
}

}  // namespace

std::string RowValues::value(const Token& token) {
    if (token.is_null()) return "";
    std::string key;
    std::string number;
    Token value = token;
    if (untyped_ && token.kind == Kind::text) {
        append_decoded(token, number);
        if (formats::is_number(number)) value = token_of(number);
    }
    if (append_key(value, key)) return key;
    // A number whose exponent is beyond what keys hold: by its text.
    return '!' + std::string(value.view());
}

void RowValues::append(std::string_view name, const Token& token) {
    const std::string bytes = value(token);
    append_size(name.size(), text_);
    text_ += name;
    append_size(bytes.size(), text_);
    text_ += bytes;
}

Digest RowValues::digest() const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    EVP_Digest(text_.data(), text_.size(), bytes.data(), nullptr, EVP_sha256(), nullptr);
    Digest digest;
    std::memcpy(digest.words.data(), bytes.data(), sizeof(digest.words));
    return digest;
}

Digest RowValues::row(const DiffRow& row) {
    sorted_.clear();
    for (const auto& field : row.fields)
        if (!field.second.is_null()) sorted_.push_back(&field);
    std::ranges::sort(sorted_, {}, [](const auto* field) { return field->first; });
    text_.clear();
    for (const auto* field : sorted_) append(field->first, field->second);
    return digest();
}

Digest RowValues::key(const DiffRow& row, const std::vector<std::string>& columns) {
    text_.clear();
    for (const std::string& column : columns) {
        const Token* token = field_of(row, column);
        append("", token == nullptr ? Token{} : *token);
    }
    return digest();
}

const Token* field_of(const DiffRow& row, std::string_view column) {
    for (const auto& [name, token] : row.fields)
        if (name == column) return &token;
    return nullptr;
}

}  // namespace sluice
