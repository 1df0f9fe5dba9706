#include "pipeline/run_alerts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <future>

#include "monitoring/ledger/ledger.hpp"
#include "pipeline/registry.hpp"
#include "pipeline/secret_mask.hpp"
#include "pipeline/state_folder.hpp"
#include "pipeline/state_names.hpp"

namespace sluice {

namespace {

// A ledger that cannot be read is told of elsewhere; a message then says less.
std::vector<RunReport> earlier_runs(const std::filesystem::path& state, const std::string& pipeline) {
    const auto ledger = Ledger::open_to_read(state);
    if (!ledger || !*ledger) return {};
    auto runs = (*ledger)->runs({.pipeline = pipeline, .most = kRunsLookedAt});
    return runs ? std::move(*runs) : std::vector<RunReport>();
}

AlertingContext context_of(const Config& config, const std::filesystem::path& base, std::filesystem::path books) {
    return {.base = base,
            .books = std::move(books),
            .wording = config.wording,
            .mask = [mask = SecretMask(config.secrets)](std::string& text) { mask.apply(text); },
            .clock = system_retry_clock()};
}

Result<> beat(const Config& config) {
    const RetryPolicy retry{
        .attempts = config.retry.attempts, .max_delay = config.retry.max_delay, .deadline = config.retry.deadline};
    return send_heartbeat(*config.heartbeat, retry, system_retry_clock());
}

}  // namespace

Result<std::vector<ReadyAlert>> ready_alerts(const Config& config) {
    std::vector<ReadyAlert> alerts;
    Diagnostics faults;
    for (const AlertItem& item : config.alerts) {
        if (!item.on) continue;
        const auto& types = alert_types();
        const auto type = std::ranges::find(types, item.type, &AlertType::type);
        if (auto channel = type->from_config(item, faults))
            alerts.push_back({.name = item.name, .settings = read_alert_settings(item), .channel = std::move(channel)});
    }
    if (!faults.empty()) return faults.to_error();
    return alerts;
}

namespace {

void tell_all(const RunOptions& options, const Config& config, RunReport& report) {
    if (options.dry_run || options.to || config.pipeline.empty()) return;
    for (const AlertItem& item : config.alerts)
        if (!item.on) report.alerts.push_back({.name = item.name, .on = false, .off_reason = item.off_reason});
    // It goes out while the alerts do.
    std::future<Result<>> heartbeat;
    if (config.heartbeat && report.status == "done")
        heartbeat = std::async(std::launch::async, [&config] { return beat(config); });
    if (auto alerts = ready_alerts(config)) {
        const auto state = state_folder(options, config);
        const auto earlier = alerts->empty() ? std::vector<RunReport>() : earlier_runs(state, config.pipeline);
        send_alerts(*alerts, report, earlier,
                    context_of(config, options.base, state / "alerts" / (state_name(config.pipeline) + ".json")));
    }
    if (!heartbeat.valid()) return;
    if (const Result<> sent = heartbeat.get(); !sent) {
        std::string warning = "the heartbeat was not delivered: " + sent.error().message;
        mask_secrets(config.secrets, warning);
        report.warnings.push_back(std::move(warning));
    }
}

}  // namespace

void tell_of_run(const RunOptions& options, const Config& config, RunReport& report) {
    mask_secrets(config.secrets, report);
    try {
        tell_all(options, config, report);
    } catch (const std::exception& exception) {  // no thread could be started, no memory was left
        report.warnings.push_back(fmt::format("alerts could not be sent: {}", exception.what()));
    }
}

Result<std::vector<TestedAlert>> send_test_alerts(const Config& config, const std::filesystem::path& base) {
    TRY_ASSIGN(auto alerts, ready_alerts(config));
    const auto results = send_test_alerts(alerts, config.pipeline, config.environment, context_of(config, base, {}));
    std::vector<TestedAlert> tested;
    for (std::size_t index = 0; index < alerts.size(); ++index)
        tested.push_back({.name = alerts[index].name,
                          .error = results[index] ? std::nullopt : std::optional(results[index].error())});
    return tested;
}

}  // namespace sluice
