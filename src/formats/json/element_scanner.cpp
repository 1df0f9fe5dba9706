#include "formats/json/element_scanner.hpp"

#include "formats/jsonl/value_scan.hpp"

namespace sluice::formats::json {

// Up to and with the closing quote, or the end of the bytes.
std::size_t ElementScanner::skip_text(std::string_view bytes, std::size_t at) {
    for (; at < bytes.size(); ++at) {
        if (escaped_) {
            escaped_ = false;
        } else if (bytes[at] == '\\') {
            escaped_ = true;
        } else if (bytes[at] == '"') {
            in_text_ = false;
            return at + 1;
        }
    }
    return at;
}

std::size_t ElementScanner::next_end(std::string_view bytes, std::size_t at) {
    while (at < bytes.size() && !plain_) {
        if (in_text_) {
            at = skip_text(bytes, at);
            continue;
        }
        const char byte = bytes[at++];
        if (!begun_ && !jsonl::is_white_space(byte)) {
            begun_ = true;
            plain_ = byte != '[';
        }
        switch (byte) {
            case '"':
                in_text_ = true;
                break;
            case '[':
            case '{':
                ++depth_;
                break;
            case ']':
            case '}':
                if (depth_ == 0) break;
                --depth_;
                if (depth_ == 0) {
                    plain_ = true;
                    closed_at_ = at - 1;
                }
                break;
            case ',':
                if (depth_ == 1) return at;
                break;
            default:
                break;
        }
    }
    return kNone;
}

RowEnds ElementSplitter::find_ends(std::string_view bytes) {
    RowEnds ends;
    for (std::size_t at = scanner_.next_end(bytes, 0); at != ElementScanner::kNone; at = scanner_.next_end(bytes, at)) {
        if (ends.first == RowEnds::kNone) ends.first = at;
        ends.last = at;
    }
    return ends;
}

}  // namespace sluice::formats::json
