#include "pipeline/source_wait.hpp"

#include <utility>

namespace sluice {

SourceWait::SourceWait(std::string source, Progress& progress, RunListener& listener)
    : source_(std::move(source)), progress_(progress), listener_(listener) {}

SourceWait::~SourceWait() {
    if (!told_) return;
    progress_.set_wait(std::nullopt);
    told_->missing.clear();
    listener_.source_waits(*told_);
}

void SourceWait::tell(const InputWait& wait) {
    told_ = {.source = source_, .missing = wait.missing, .since = wait.since, .until = wait.until};
    progress_.set_wait(told_);
    listener_.source_waits(*told_);
}

}  // namespace sluice
