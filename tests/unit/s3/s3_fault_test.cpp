#include "s3/s3_fault.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "s3/s3_sender.hpp"
#include "utils/crc64nvme.hpp"

namespace sluice {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class S3FaultTest : public ::testing::Test {
protected:
    S3FaultTest() {
        target_.bucket = "logs";
        target_.host = "store.example";
        target_.endpoint_from = "AWS_ENDPOINT_URL";
    }
    [[nodiscard]] Error fault(const S3Answer& answer, const std::string& operation = "PutObject") const {
        return s3_fault({.target = &target_, .signer = "key abc", .operation = operation, .key = "a.json"}, answer);
    }
    static S3Answer refused(int status, const std::string& code) {
        S3Answer answer;
        answer.status = status;
        answer.body =
            "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>Said &lt;so&gt;</Message></Error>";
        return answer;
    }
    static S3Answer lost(const std::string& name) {
        S3Answer answer;
        answer.transport_error = 1;
        answer.transport_name = name;
        answer.transport_text = "in words";
        return answer;
    }
    S3Target target_;
};

TEST_F(S3FaultTest, EveryErrorIsExternalAndNamesOperationAndObject) {
    for (const S3Answer& answer :
         {refused(403, "AccessDenied"), refused(418, "Teapot"), lost("AWS_IO_SOCKET_CLOSED")}) {
        const Error error = fault(answer);
        EXPECT_EQ(exit_code(error), 4);
        EXPECT_THAT(error.message, HasSubstr("PutObject s3://logs/a.json at https://store.example: "));
    }
}

TEST_F(S3FaultTest, PermissionsAreNamed) {
    EXPECT_THAT(fault(refused(403, "AccessDenied")).message,
                HasSubstr("key abc may not do this: it needs the permission s3:PutObject,"));
    EXPECT_THAT(fault(refused(403, "AccessDenied"), "GetObject").message, HasSubstr("s3:GetObject, and s3:ListBucket"));
    EXPECT_EQ(fault(refused(403, "")).code, "s3_access_denied");
}

TEST_F(S3FaultTest, CodesThatNobodyKnowsAreShownWithWhatTheServerSaid) {
    const Error error = fault(refused(418, "Teapot"));
    EXPECT_THAT(error.message, HasSubstr("the server refused the request (status 418, Teapot, 'Said <so>')"));
    EXPECT_FALSE(error.retryable);
}

TEST_F(S3FaultTest, OnlyWhatMayPassIsTriedAgain) {
    for (const int status : {408, 429, 500, 502, 503, 504}) EXPECT_TRUE(fault(refused(status, "")).retryable) << status;
    for (const int status : {400, 401, 403, 404, 301}) EXPECT_FALSE(fault(refused(status, "")).retryable) << status;
    EXPECT_TRUE(fault(refused(400, "RequestTimeout")).retryable);
    EXPECT_TRUE(fault(refused(400, "BadDigest")).retryable);
    EXPECT_FALSE(fault(refused(403, "SignatureDoesNotMatch")).retryable);
    EXPECT_TRUE(fault(lost("AWS_IO_SOCKET_CLOSED")).retryable);
    EXPECT_TRUE(fault(lost("AWS_IO_TLS_NEGOTIATION_TIMEOUT")).retryable);
    EXPECT_FALSE(fault(lost("AWS_IO_TLS_HOST_NAME_MISMATCH")).retryable);
}

TEST_F(S3FaultTest, LostConnectionsNameTheHostAndWhoNamedIt) {
    EXPECT_THAT(fault(lost("AWS_IO_SOCKET_CONNECTION_REFUSED")).message,
                AllOf(HasSubstr("nothing listens at https://store.example (from AWS_ENDPOINT_URL)"),
                      HasSubstr("(AWS_IO_SOCKET_CONNECTION_REFUSED: in words)")));
    EXPECT_EQ(fault(lost("AWS_IO_DNS_QUERY_FAILED")).code, "s3_no_host");
    EXPECT_THAT(fault(lost("AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE")).message, HasSubstr("AWS_CA_BUNDLE"));
}

TEST_F(S3FaultTest, RetryAfterIsANumberOfSeconds) {
    S3Answer answer;
    EXPECT_FALSE(retry_after_of(answer));
    answer.headers["retry-after"] = "7";
    EXPECT_EQ(retry_after_of(answer), std::chrono::seconds(7));
    for (const char* text : {"", "-1", "7s", "Mon, 01 Jan 2035 00:00:00 GMT", "99999999999999999999"}) {
        answer.headers["retry-after"] = text;
        EXPECT_FALSE(retry_after_of(answer)) << text;
    }
    answer.headers["retry-after"] = "999999999";
    EXPECT_EQ(retry_after_of(answer), std::chrono::hours(24));
}

TEST(XmlText, DecodesEntitiesOnce) {
    EXPECT_EQ(xml_text("<a><Code>x&amp;lt;&quot;&#39;</Code></a>", "Code"), "x&lt;\"'");
    EXPECT_EQ(xml_text("<a><Code>x", "Code"), "");
    EXPECT_EQ(xml_text("", "Code"), "");
}

TEST(S3Checksum, IsBigEndianBase64) {
    // The example of the NVMe specification's check value, as S3 shows it.
    EXPECT_EQ(s3_checksum(crc64nvme("123456789")), "rosUhgp5mIg=");
    EXPECT_EQ(s3_checksum(0), "AAAAAAAAAAA=");
}

}  // namespace
}  // namespace sluice
