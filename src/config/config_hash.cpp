// The canonical form, with the sizes in front so that no text can imitate structure:
//   node := "n" | "s" size ":" bytes | "q" size ":" bytes | "l" count ":" node* | "m" count ":" (size ":" key node)*
// Keys in byte order; "q" is a text in quotes that could be a number, true or false without them.

#include "config/config_hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "utils/sha256.hpp"

namespace sluice {
namespace {

using Places = std::set<Location>;

void append_text(char kind, const std::string& text, std::string& out) {
    fmt::format_to(std::back_inserter(out), "{}{}:{}", kind, text.size(), text);
}

void append(const Tree& node, const Places& secrets, std::string& out) {
    const auto end = std::back_inserter(out);
    switch (node.kind()) {
        case Tree::Kind::null:
            out += 'n';
            return;
        case Tree::Kind::scalar:
            append_text(node.needs_quotes() ? 'q' : 's',
                        !secrets.empty() && secrets.contains(node.location()) ? node.written() : node.text(), out);
            return;
        case Tree::Kind::list:
            fmt::format_to(end, "l{}:", node.items().size());
            for (const Tree& item : node.items()) append(item, secrets, out);
            return;
        case Tree::Kind::map:
            break;
    }
    std::vector<const Tree::Entry*> entries;
    for (const Tree::Entry& entry : node.entries()) {
        if (!entry.value.is_null() || entry.key.text() == kNullMeansSomething) entries.push_back(&entry);
    }
    std::ranges::sort(entries, {}, [](const Tree::Entry* entry) -> const std::string& { return entry->key.text(); });
    fmt::format_to(end, "m{}:", entries.size());
    for (const Tree::Entry* entry : entries) {
        fmt::format_to(end, "{}:{}", entry->key.text().size(), entry->key.text());
        append(entry->value, secrets, out);
    }
}

}  // namespace

Result<std::string> config_hash(const Tree& root, const std::vector<SecretPlace>& secrets) {
    Places places;
    for (const SecretPlace& secret : secrets) places.insert(secret.start);
    std::string canonical;
    append(root, places, canonical);
    Sha256 hash;
    hash.add(canonical);
    std::string hex = hash.text();
    if (hex.empty()) return internal_error("OpenSSL could not compute the SHA-256 of the config");
    return hex;
}

}  // namespace sluice
