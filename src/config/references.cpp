// Cycles are found by a depth-first walk along the references, in the order of the config, with a stack of our own (a
// config may have thousands of steps): a reference to a step that is still on the stack closes a cycle. R. Tarjan,
// "Depth-First Search and Linear Graph Algorithms", 1972.

#include "config/references.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "config/validation.hpp"

namespace sluice {
namespace {

using Inputs = std::vector<std::vector<LocatedText>>;  // of each step

class CycleSearch {
public:
    CycleSearch(const std::vector<ReadItem>& steps, const Inputs& inputs, Diagnostics& diagnostics)
        : steps_(steps), inputs_(inputs), diagnostics_(diagnostics), states_(steps.size(), State::unseen) {
        for (std::size_t i = 0; i < steps.size(); ++i) ids_.try_emplace(steps[i].item.name, i);
    }

    void run() {
        for (std::size_t step = 0; step < steps_.size(); ++step) {
            if (states_[step] == State::unseen) walk(step);
        }
    }

private:
    enum class State { unseen, open, done };
    struct Visit {
        std::size_t step;
        std::size_t next_input;
    };

    void walk(std::size_t start);
    void report(const LocatedText& reference, std::size_t step);

    const std::vector<ReadItem>& steps_;
    const Inputs& inputs_;
    Diagnostics& diagnostics_;
    std::unordered_map<std::string_view, std::size_t> ids_;
    std::vector<State> states_;
    std::vector<Visit> stack_;
};

void CycleSearch::walk(std::size_t start) {
    stack_.push_back({start, 0});
    states_[start] = State::open;
    while (!stack_.empty()) {
        Visit& visit = stack_.back();
        if (visit.next_input == inputs_[visit.step].size()) {
            states_[visit.step] = State::done;
            stack_.pop_back();
            continue;
        }
        const LocatedText& reference = inputs_[visit.step][visit.next_input++];
        const auto found = ids_.find(reference.value);
        if (found == ids_.end()) continue;
        if (states_[found->second] == State::open) report(reference, found->second);
        if (states_[found->second] != State::unseen) continue;
        states_[found->second] = State::open;
        stack_.push_back({found->second, 0});
    }
}

void CycleSearch::report(const LocatedText& reference, std::size_t step) {
    constexpr std::size_t kShown = 10;
    const auto first = std::ranges::find(stack_, step, &Visit::step);
    std::string path;
    std::size_t shown = 0;
    for (auto visit = first; visit != stack_.end(); ++visit) {
        if (++shown <= kShown) path += fmt::format("{} -> ", steps_[visit->step].item.name);
        if (shown == kShown + 1) path += "... -> ";
    }
    diagnostics_.add(reference.location, fmt::format("this closes a cycle: {}{}", path, reference.value), {},
                     "a step may not need its own result: let one of these read from something else");
}

}  // namespace

std::vector<std::string_view> relation_names(const std::vector<ReadItem>& sources,
                                             const std::vector<ReadItem>& transforms) {
    std::vector<std::string_view> names;
    for (const std::vector<ReadItem>* items : {&sources, &transforms}) {
        for (const ReadItem& read : *items) {
            if (!read.item.name.empty()) names.push_back(read.item.name);
        }
    }
    return names;
}

void check_reference(const LocatedText& reference, const std::vector<std::string_view>& names, std::string_view what,
                     Diagnostics& diagnostics) {
    if (std::ranges::find(names, reference.value) != names.end()) return;
    diagnostics.add(reference.location, fmt::format("there is no {} {}", what, in_quotes(reference.value)),
                    suggestion(reference.value, names, diagnostics), allowed_hint(names));
}

void check_steps(const Loading& loading, const std::vector<ReadItem>& sources,
                 const std::vector<ReadItem>& transforms) {
    const ConfigSchemas& schemas = loading.document->schemas;
    const std::vector<std::string_view> names = relation_names(sources, transforms);
    const std::unordered_set<std::string_view> known(names.begin(), names.end());
    Inputs inputs(transforms.size());
    for (std::size_t i = 0; i < transforms.size(); ++i) {
        if (schemas.inputs_of_step) inputs[i] = schemas.inputs_of_step(transforms[i].item);
        for (const LocatedText& input : inputs[i]) {
            if (input.value.empty() || known.contains(input.value)) continue;
            check_reference(input, names, "source or step", loading.diagnostics);
        }
    }
    CycleSearch(transforms, inputs, loading.diagnostics).run();
}

}  // namespace sluice
