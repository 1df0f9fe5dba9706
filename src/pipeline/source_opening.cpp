#include "pipeline/source_opening.hpp"

#include <utility>

#include "pipeline/run_settings.hpp"
#include "pipeline/source_wait.hpp"

namespace sluice {

namespace {

// No output may replace what is read.
Result<> keep_inputs(const SourceOpening& opening, const Extractor& extractor) {
    if (opening.publication == nullptr) return {};
    RunInputs inputs;
    inputs.add(extractor, opening.options.base);
    for (const LogicalOutput& output : opening.assembly.plan.outputs)
        TRY(opening.publication->keep_inputs(output, output.file, inputs));
    return {};
}

}  // namespace

Result<std::vector<std::unique_ptr<ScannableSource>>> open_sources(const SourceOpening& opening) {
    const auto& [options, config, assembly, expectations, publication, temp_dir, stop, progress, listener] = opening;
    ExtractorContext context{.base = options.base,
                             .temp_dir = temp_dir,
                             .block_size = options.block_size > 0 ? options.block_size : kDefaultBlockSize,
                             .stop = &stop,
                             .retry = {.attempts = config.retry.attempts,
                                       .max_delay = config.retry.max_delay,
                                       .deadline = config.retry.deadline},
                             .wait = !options.dry_run,
                             .read_ahead = read_ahead(options, assembly.extractors.size())};
    std::vector<std::unique_ptr<ScannableSource>> sources;
    for (std::size_t index = 0; index < assembly.extractors.size(); ++index) {
        const auto& extractor = assembly.extractors[index];
        SourceWait waits(assembly.plan.sources[index], progress, listener);
        context.hear_wait = [&waits](const InputWait& wait) { waits.tell(wait); };
        TRY(keep_inputs(opening, *extractor));
        TRY_ASSIGN(context.row_rules, expectations.row_rules(index, extractor->types()));
        TRY_ASSIGN(auto source, extractor->open(context));
        sources.push_back(std::move(source));
        TRY(keep_inputs(opening, *extractor));  // of those that came while it waited for them
    }
    return sources;
}

}  // namespace sluice
