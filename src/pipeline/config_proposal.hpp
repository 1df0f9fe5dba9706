// A config for the data files of a folder, that runs as it is: `sluice init`.
#pragma once

#include <string>
#include <vector>

#include "pipeline/folder_survey.hpp"

namespace sluice {

struct ProposedJoin {
    const SurveyedSource* left = nullptr;
    const SurveyedSource* right = nullptr;
    std::string key;
    double overlap = 0;  // the share of the smaller side's keys that the other has
};

// Where a column has few values: how often each is there, and means of a number for each.
struct ProposedReport {
    const SurveyedSource* source = nullptr;
    std::string key;
    std::string measure;  // empty: nothing to take a mean of
};

struct ConfigProposal {
    std::string pipeline;
    std::string destination;  // the folder that outputs go to
    std::vector<ProposedJoin> joins;
    std::vector<ProposedReport> reports;
};

// The survey outlives the proposal.
[[nodiscard]] ConfigProposal propose_config(const FolderSurvey& survey, std::string pipeline, std::string destination);

// The commented config.
[[nodiscard]] std::string config_text(const FolderSurvey& survey, const ConfigProposal& proposal);

}  // namespace sluice
