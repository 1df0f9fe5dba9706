// nlohmann::json and nlohmann::ordered_json, whose code is compiled once (json.cpp): a file that includes the library
// itself compiles all of it again, which doubles the time that the file takes. Files that only name the types include
// <nlohmann/json_fwd.hpp>.
#pragma once

#include <nlohmann/json.hpp>

extern template class nlohmann::basic_json<>;
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace nlohmann::detail {

extern template class serializer<json>;
extern template class serializer<ordered_json>;
extern template class json_sax_dom_parser<json>;
extern template class json_sax_dom_parser<ordered_json>;
extern template class json_sax_dom_callback_parser<json>;
extern template class json_sax_dom_callback_parser<ordered_json>;

// What parse() of a text makes.
extern template class lexer<json, iterator_input_adapter<const char*>>;
extern template class lexer<ordered_json, iterator_input_adapter<const char*>>;
extern template class parser<json, iterator_input_adapter<const char*>>;
extern template class parser<ordered_json, iterator_input_adapter<const char*>>;
extern template class lexer<json, iterator_input_adapter<std::string::const_iterator>>;
extern template class lexer<ordered_json, iterator_input_adapter<std::string::const_iterator>>;
extern template class parser<json, iterator_input_adapter<std::string::const_iterator>>;
extern template class parser<ordered_json, iterator_input_adapter<std::string::const_iterator>>;

}  // namespace nlohmann::detail
