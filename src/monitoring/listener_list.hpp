// Passes what it hears on to others, in their order.
#pragma once

#include <vector>

#include "monitoring/run_listener.hpp"

namespace sluice {

class ListenerList final : public RunListener {
public:
    // It outlives the list; null is left out.
    void add(RunListener* listener) {
        if (listener != nullptr) listeners_.push_back(listener);
    }

    void run_started(const RunReport& report) override {
        for (RunListener* one : listeners_) one->run_started(report);
    }
    void stage_started(std::string_view stage) override {
        for (RunListener* one : listeners_) one->stage_started(stage);
    }
    void source_waits(const WaitReport& wait) override {
        for (RunListener* one : listeners_) one->source_waits(wait);
    }
    void source_read(const SourceReport& source) override {
        for (RunListener* one : listeners_) one->source_read(source);
    }
    void output_written(const OutputReport& output) override {
        for (RunListener* one : listeners_) one->output_written(output);
    }
    void stage_ended(const StageReport& stage) override {
        for (RunListener* one : listeners_) one->stage_ended(stage);
    }
    void run_ended(const RunReport& report) override {
        for (RunListener* one : listeners_) one->run_ended(report);
    }

private:
    std::vector<RunListener*> listeners_;
};

}  // namespace sluice
