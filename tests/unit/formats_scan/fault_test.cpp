#include "formats/scan/fault.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace sluice::formats {
namespace {

// docs/reference/quarantine.md lists every reason, in the order of the enumeration, in the words of the messages.
TEST(Fault, EveryReasonIsInTheReference) {
    std::ifstream file(SLUICE_ROOT "/docs/reference/quarantine.md");
    ASSERT_TRUE(file);
    const std::string page((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const std::size_t begin = page.find("<!-- reasons -->\n") + std::string_view("<!-- reasons -->\n").size();
    const std::string listed = page.substr(begin, page.find("<!-- end of reasons -->") - begin);
    std::string wanted;
    std::set<std::string_view> codes;
    for (int number = 0; fault_code(static_cast<Fault>(number)) != "unknown"; ++number) {
        const auto fault = static_cast<Fault>(number);
        EXPECT_TRUE(codes.insert(fault_code(fault)).second) << fault_code(fault);
        wanted += "| `" + std::string(fault_code(fault)) + "` | " + std::string(fault_message(fault)) + " |\n";
    }
    EXPECT_GE(codes.size(), 15U);
    EXPECT_EQ(listed, wanted);
}

}  // namespace
}  // namespace sluice::formats
