// Edit distance with swaps of neighbours (optimal string alignment): R. A. Wagner, M. J. Fischer, "The String-to-String
// Correction Problem", 1974, with the fourth case of F. J. Damerau, 1964. Three rows of the table are kept.

#include <algorithm>
#include <numeric>

#include "config/diagnostics.hpp"

namespace sluice {
namespace {

constexpr std::size_t kLongestName = 100;  // beyond it nothing is near: the table would cost too much

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before.swap(last);
        last.swap(row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = lower(a[i - 1]) == lower(b[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
            const bool swapped =
                i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
    }
    return row[b.size()];
}

// The characters that both have at the start and at the end: of two names as near, the one that looks more alike is
// meant.
std::size_t shared(std::string_view a, std::string_view b) {
    const auto start = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin();
    const auto end = std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first - a.rbegin();
    return static_cast<std::size_t>(start + end);
}

}  // namespace

std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& allowed) {
    if (name.empty() || name.size() > kLongestName) return {};
    std::size_t limit = std::max<std::size_t>(1, name.size() / 3);
    std::string_view nearest;
    for (const std::string_view candidate : allowed) {
        const std::size_t longer = std::max(name.size(), candidate.size());
        if (longer - std::min(name.size(), candidate.size()) > limit) continue;
        const std::size_t edits = distance(name, candidate);
        if (edits > limit || edits == longer) continue;  // nothing in common is not near
        if (edits == limit && !nearest.empty() && shared(name, candidate) <= shared(name, nearest)) continue;
        nearest = candidate;
        limit = edits;
    }
    return nearest;
}

}  // namespace sluice
