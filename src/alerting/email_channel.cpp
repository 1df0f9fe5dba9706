#include "alerting/email_channel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "alerting/alert_fields.hpp"

namespace sluice {
namespace {

// 128 bits of chance: in no text that someone wrote before.
std::string new_boundary() {
    std::random_device random;
    return fmt::format("sluice{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

bool is_server(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               std::string_view(".-_:[]").find(c) != std::string_view::npos;
    });
}

Mailbox read_mailbox(const LocatedText& text, std::string_view field, Diagnostics& diagnostics) {
    auto mailbox = parse_mailbox(text.value);
    if (mailbox) return std::move(*mailbox);
    diagnostics.add(text.location, fmt::format("'{}' holds what is no mail address", field), {},
                    "such as ops@example.com or Ops <ops@example.com>, in ASCII but for the name");
    return {};
}

}  // namespace

Schema EmailChannel::schema() {
    return {
        .type = kType,
        .doc = "A mail with a text and an HTML part, over SMTP.",
        .fields = with_alert_fields(
            {{.name = "to",
              .type = FieldType::text_list,
              .doc = "Who gets the mail; empty switches the alert off.",
              .required = true,
              .example = "ops@example.com"},
             {.name = "from", .doc = "Whom it comes from.", .required = true, .example = "Sluice <etl@example.com>"},
             {.name = "server",
              .doc = "The mail server: a host, or host:port.",
              .required = true,
              .details = "The port is 587 with starttls, 465 with tls, 25 with none.",
              .example = "smtp.example.com"},
             {.name = "security",
              .doc = "How the connection is kept private: `starttls`, `tls` (from the first byte) or `none`.",
              .default_text = "starttls",
              .choices = {"starttls", "tls", "none"},
              .details = "The server's certificate is always verified. With `starttls` a server that does not offer "
                         "it gets no mail."},
             {.name = "user", .doc = "The user of AUTH; without one there is no AUTH.", .may_be_empty = true},
             {.name = "password", .type = FieldType::secret, .doc = "The user's password.", .may_be_empty = true},
             ca_file_field()})};
}

std::unique_ptr<AlertChannel> EmailChannel::from_config(const AlertItem& item, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    auto channel = std::make_unique<EmailChannel>();
    const Section& section = item.section;
    channel->name_ = item.name;
    channel->server_ = section.text("server");
    const std::string security = section.text("security");
    channel->security_ = security == "tls"    ? MailSecurity::tls
                         : security == "none" ? MailSecurity::none
                                              : MailSecurity::starttls;
    channel->user_ = section.text("user");
    channel->password_ = section.secret("password").value_or(Secret());
    channel->ca_file_ = section.text("ca_file");
    channel->from_ = read_mailbox({section.text("from"), section.location("from")}, "from", diagnostics);
    for (const LocatedText& to : section.texts("to"))
        if (!to.value.empty()) channel->to_.push_back(read_mailbox(to, "to", diagnostics));
    if (!is_server(channel->server_))
        diagnostics.add(section.location("server"), "'server' is no host", {},
                        "such as smtp.example.com or smtp.example.com:587");
    if (channel->user_.empty() != channel->password_.reveal().empty())
        diagnostics.add(
            section.location(channel->user_.empty() ? "password" : "user"),
            channel->user_.empty() ? "there is a password, but no user" : "there is a user, but no password", {},
            "AUTH needs both");
    if (!channel->user_.empty() && channel->security_ == MailSecurity::none && !is_this_machine(channel->server_))
        diagnostics.add(section.location("security"), "a password would go over the network as it is", {},
                        "write `security: starttls` or `tls`, or leave `user` and `password` out");
    return diagnostics.list().size() == before ? std::move(channel) : nullptr;
}

std::vector<HostAccess> EmailChannel::hosts() const {
    return {{.host = server_, .why = fmt::format("mails of alert '{}'", name_)}};
}

Result<> EmailChannel::send(const AlertMessage& message, const SendContext& context) {
    MailRequest request{.server = server_,
                        .security = security_,
                        .user = user_,
                        .password = password_,
                        .from = from_.address,
                        .to = {},
                        .text = mail_text(message, from_, to_, new_boundary()),
                        .ca_file = ca_file_.empty() ? std::filesystem::path() : context.base / ca_file_};
    for (const Mailbox& to : to_) request.to.push_back(to.address);
    return deliver(context, [&](Attempt&) {
        request.timeout = context.left();
        return send_mail(request);
    });
}

}  // namespace sluice
