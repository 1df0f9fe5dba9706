#include "alerting/alerting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "alerting/alert_store.hpp"
#include "alerting/findings.hpp"
#include "alerting/message_text.hpp"
#include "alerting/run_past.hpp"
#include "alerting/web_delivery.hpp"
#include "monitoring/wall_time.hpp"

namespace sluice {
namespace {

constexpr std::chrono::seconds kHeartbeatTime{10};

struct Delivery {
    std::vector<std::string> delivered;  // ids
    std::optional<Error> error;          // the last
};

SendContext context_for(const AlertSettings& settings, const AlertingContext& context) {
    return {.base = context.base,
            .retry = settings.retry,
            .clock = context.clock,
            .deadline = context.clock.now() + settings.timeout};
}

// What fails for good does not hold up what comes after it; what may pass does, and so does the deadline.
Delivery deliver_all(AlertChannel& channel, const std::vector<AlertMessage>& messages, const SendContext& context) {
    Delivery delivery;
    for (const AlertMessage& message : messages) {
        if (context.clock.now() >= context.deadline) break;
        const Result<> sent = channel.send(message, context);
        if (sent)
            delivery.delivered.push_back(message.id);
        else
            delivery.error = sent.error();
        if (!sent && sent.error().retryable) break;
    }
    return delivery;
}

std::string sentence(const std::string& alert, const Error& error, std::size_t kept) {
    return fmt::format("alert '{}' was not delivered: {}; {} {} kept, and sent with the next run", alert, error.message,
                       kept, kept == 1 ? "message is" : "messages are");
}

class Alerting {
public:
    Alerting(std::vector<ReadyAlert>& alerts, RunReport& report, const AlertingContext& context)
        : alerts_(alerts), report_(report), context_(context) {}

    Result<> tell(const std::vector<RunReport>& earlier);

private:
    void decide(const ReadyAlert& alert, const RunPast& past, const std::vector<RunReport>& crashed,
                AlertBook& book) const;
    void deliver(AlertStore& store);
    void mask(AlertMessage& message) const;

    std::vector<ReadyAlert>& alerts_;
    RunReport& report_;
    const AlertingContext& context_;
};

void Alerting::mask(AlertMessage& message) const {
    if (!context_.mask) return;
    context_.mask(message.title);
    for (std::string& line : message.lines) context_.mask(line);
    for (auto& [label, value] : message.facts) context_.mask(value);
    for (AlertMessage::Group& group : message.groups)
        for (std::string& item : group.items) context_.mask(item);
}

void Alerting::decide(const ReadyAlert& alert, const RunPast& past, const std::vector<RunReport>& crashed,
                      AlertBook& book) const {
    const auto findings = findings_of(report_, past, crashed, alert.settings.slow);
    const auto decision =
        book.decide(alert.settings.rules, findings, report_.run, report_.status == "done", report_.end);
    if (!decision) return;
    std::error_code ignored;
    const MessageSubject subject{
        .report = report_,
        .past = past,
        .crashed = crashed,
        .folder = std::filesystem::absolute(context_.base, ignored).lexically_normal().string(),
        .wording = context_.wording,
        .shows_values = alert.settings.shows_values,
        .is_slow = is_slow(report_, past, alert.settings.slow)};
    AlertMessage message = write_message(subject, *decision, alert.name);
    mask(message);
    book.keep(std::move(message), report_.end);
}

// Each channel has a thread and messages of its own; books and report are touched when all have ended.
void Alerting::deliver(AlertStore& store) {
    std::vector<Delivery> deliveries(alerts_.size());
    {
        std::vector<std::jthread> threads;
        for (std::size_t index = 0; index < alerts_.size(); ++index) {
            const auto& waiting = store.books().channels[alerts_[index].name].waiting;
            if (waiting.empty()) continue;
            threads.emplace_back([this, &waiting, &delivery = deliveries[index], &alert = alerts_[index]] {
                delivery = deliver_all(*alert.channel, waiting, context_for(alert.settings, context_));
            });
        }
    }
    for (std::size_t index = 0; index < alerts_.size(); ++index) {
        Delivery& delivery = deliveries[index];
        auto& waiting = store.books().channels[alerts_[index].name].waiting;
        std::erase_if(waiting, [&](const AlertMessage& message) {
            return std::ranges::find(delivery.delivered, message.id) != delivery.delivered.end();
        });
        report_.alerts.push_back(
            {.name = alerts_[index].name, .sent = delivery.delivered.size(), .kept = waiting.size()});
        if (waiting.empty()) continue;
        if (!delivery.error) delivery.error = external_error("no_time", "the time for it was over", true);
        if (context_.mask) context_.mask(delivery.error->message);
        report_.warnings.push_back(sentence(alerts_[index].name, *delivery.error, waiting.size()));
    }
}

Result<> Alerting::tell(const std::vector<RunReport>& earlier) {
    const RunPast past = past_of(report_, earlier);
    TRY_ASSIGN(AlertStore store, AlertStore::open(context_.books, report_.warnings));
    AlertBooks& books = store.books();
    std::vector<RunReport> crashed;
    for (const RunReport& run : past.crashed)
        if (std::ranges::find(books.crashes_told, run.run) == books.crashes_told.end()) crashed.push_back(run);
    for (const ReadyAlert& alert : alerts_) decide(alert, past, crashed, books.channels[alert.name]);
    for (const RunReport& run : crashed) books.crashes_told.push_back(run.run);
    // A run that is killed while it sends leaves what it would have sent to the next one.
    const Result<> kept = store.save();
    deliver(store);
    return kept ? store.save() : kept;
}

}  // namespace

void send_alerts(std::vector<ReadyAlert>& alerts, RunReport& report, const std::vector<RunReport>& earlier,
                 const AlertingContext& context) {
    if (alerts.empty()) return;
    if (const Result<> told = Alerting(alerts, report, context).tell(earlier); !told)
        report.warnings.push_back("what alerts told is not kept: " + told.error().message);
}

std::vector<Result<>> send_test_alerts(std::vector<ReadyAlert>& alerts, const std::string& pipeline,
                                       const std::string& environment, const AlertingContext& context) {
    std::vector<Result<>> results(alerts.size());
    std::vector<std::jthread> threads;
    for (std::size_t index = 0; index < alerts.size(); ++index) {
        threads.emplace_back([&, index] {
            const ReadyAlert& alert = alerts[index];
            const AlertMessage message =
                write_test_message(pipeline, environment, alert.name, context.wording, wall_now());
            results[index] = alert.channel->send(message, context_for(alert.settings, context));
            if (!results[index] && context.mask) context.mask(results[index].error().message);
        });
    }
    threads.clear();
    return results;
}

Result<> send_heartbeat(const Secret& address, const RetryPolicy& retry, RetryClock& clock) {
    return deliver_request({.address = address, .method = "GET", .headers = {}, .body = {}, .ca_file = {}},
                           {.base = {}, .retry = retry, .clock = clock, .deadline = clock.now() + kHeartbeatTime});
}

}  // namespace sluice
