// Cycles are found by a depth-first walk along the references, in the order of the config, with a stack of our own (a
// config may have thousands of steps): a reference to a step that is still on the stack closes a cycle. R. Tarjan,
// "Depth-First Search and Linear Graph Algorithms", 1972.

#include "config/references.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "config/validation.hpp"

namespace sluice {
namespace {

using Inputs = std::vector<std::vector<LocatedText>>;  // of each step

class CycleSearch {
public:
    CycleSearch(const std::vector<ReadItem>& steps, const Inputs& inputs, const Names& names, Diagnostics& diagnostics)
        : steps_(steps), inputs_(inputs), diagnostics_(diagnostics), states_(steps.size(), State::unseen) {
        for (std::size_t i = 0; i < steps.size(); ++i) {
            // Of a name that stands twice nobody knows which one is meant.
            if (!names.is_ambiguous(steps[i].item.name)) ids_.try_emplace(steps[i].item.name, i);
        }
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

std::string known_names(const Names& names) {
    const std::string allowed = allowed_hint(names.list());
    return allowed.empty() ? "nothing has a name yet" : allowed;
}

// What a step reads from as its schema says: for steps with a fault, of which nothing else is known.
void add_inputs(const Section& section, std::vector<LocatedText>& inputs) {
    for (const Field& field : section.fields()) {
        if (field.is_input) {
            for (LocatedText& text : section.texts(field.name)) inputs.push_back(std::move(text));
        } else if (const auto inner = field.type == FieldType::section ? section.section(field.name) : std::nullopt) {
            add_inputs(*inner, inputs);
        }
    }
}

}  // namespace

Names relation_names(const Loading& loading) {
    Names names;
    names.add(loading, "data_sources");
    names.add(loading, "transforms");
    return names;
}

void check_reference(const LocatedText& reference, const Names& names, std::string_view what,
                     Diagnostics& diagnostics) {
    if (reference.value.empty() || names.contains(reference.value)) return;
    diagnostics.add(reference.location, fmt::format("there is no {} {}", what, in_quotes(reference.value)),
                    suggestion(reference.value, names.list(), diagnostics), known_names(names));
}

void check_steps(const Loading& loading, const Names& names, const std::vector<ReadItem>& transforms) {
    const ConfigSchemas& schemas = loading.document->schemas;
    Inputs inputs(transforms.size());
    for (std::size_t i = 0; i < transforms.size(); ++i) {
        if (schemas.inputs_of_step) inputs[i] = schemas.inputs_of_step(transforms[i].item);
        if (inputs[i].empty()) add_inputs(transforms[i].item.section, inputs[i]);
        for (const LocatedText& input : inputs[i]) {
            check_reference(input, names, "source or step", loading.diagnostics);
        }
    }
    CycleSearch(transforms, inputs, names, loading.diagnostics).run();
}

}  // namespace sluice
