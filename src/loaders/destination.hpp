// Where outputs go. Every output is written once, to a staging folder; every destination takes the finished file, and
// all of them commit after the last output is finished and the books balance.
//
// Order of calls: open() of all; staging() of one local destination decides where files are written; stage() for each
// file, at each destination, and follow() before it if its bytes can be told of while they are written; prepare() of
// all; commit() once. After any failure: abort(). A destructor commits nothing.
// How a commit goes and what a crash in it leaves: commit_protocol.hpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loaders/destination_access.hpp"
#include "loaders/file_growth.hpp"
#include "rows/row_stream.hpp"
#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

struct RunIdentity {
    std::string run;  // "20261123T190500Z-3f9a1c"
    std::string pipeline;
    std::string config_hash;
    std::vector<std::pair<std::string, std::string>> params = {};
};

// Of the first parts of a file, each of so many bytes: what tells early that a file is not the one of the last run.
struct PartChecksums {
    std::uint64_t bytes = 0;
    std::vector<std::string> crc64nvme = {};  // 16 hexadecimal digits
};

struct StagedFile {
    std::string name;            // relative, as the config's `file`
    std::filesystem::path path;  // the finished, closed file in the staging folder
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    std::uint64_t crc64nvme = 0;
    std::string sha256 = {};  // hex; empty where it was not asked for
    std::vector<OutputColumn> columns;
    PartChecksums parts = {};  // where the destination takes them
};

struct DestinationContext {
    std::filesystem::path base;  // relative paths of the config are below it
    RunIdentity identity;
    const StopFlag* stop = nullptr;
    // The books of the run for the manifest, a JSON object, complete when files are to be committed; may be null.
    const std::string* books = nullptr;
    bool keep_other_entries = false;  // --only: files that this run does not write keep their entries in the manifest
    // Whether a file belongs to an output that this run writes, although it may have no such file this time (a
    // partition that is gone). May be empty.
    std::function<bool(const std::string& file)> is_written_anew = {};
};

// What earlier runs of the pipeline left at a destination under names that its config no longer has.
struct LeftoverRequest {
    struct File {
        std::string name;
        std::uint64_t bytes = 0;
        std::uint64_t crc64nvme = 0;
    };
    std::vector<File> published;  // by earlier runs, in any order; a name may be there more than once
    std::function<bool(const std::string& file)> is_named;  // by the config
    bool dry_run = false;
};
struct Leftovers {
    std::vector<std::string> uploads;  // files of which one was open
    std::vector<std::string> files;
};

// Each type has kType, schema() and
// `static std::unique_ptr<Destination> from_config(const DestinationItem&, Diagnostics&)` beside it (null after a
// fault).
class Destination {
public:
    virtual ~Destination() = default;
    // As the summary names it: "local:.", "s3://bucket/prefix".
    [[nodiscard]] virtual std::string address() const = 0;
    // What publishing `files` below `base` may touch. Nothing is opened and nobody is asked.
    [[nodiscard]] virtual Result<DestinationAccess> access(const std::filesystem::path& base,
                                                           const std::vector<std::string>& files) const = 0;
    // Takes the lock, finishes or removes what a crashed run left, checks that it can be written to and that it does
    // not belong to another pipeline (kind conflict).
    [[nodiscard]] virtual Result<> open(const DestinationContext& context) = 0;
    // A folder on the destination's own file system where outputs may be written, so that commit is a rename.
    [[nodiscard]] virtual std::optional<std::filesystem::path> staging() const = 0;
    // The local folder that outputs' names are below, once it is open; nothing for a remote one.
    [[nodiscard]] virtual std::optional<std::filesystem::path> folder() const { return std::nullopt; }
    // The same as the config names it, also before.
    [[nodiscard]] virtual std::optional<std::filesystem::path> named_folder() const { return std::nullopt; }
    // Where an output is there, as RemoteInput::place says it, once it is open; nothing for a local one.
    [[nodiscard]] virtual std::optional<std::string> place(const std::string& /*file*/) const { return std::nullopt; }
    // Whether the files written there must be synced (OutputFile::create).
    [[nodiscard]] virtual bool durable() const { return false; }
    // Whether files must come with StagedFile::sha256.
    [[nodiscard]] virtual bool wants_sha256() const { return false; }
    // The files of the manifest that open() found which stay there when this run does not write them.
    [[nodiscard]] virtual std::vector<std::string> published_before() const { return {}; }
    // `file` is going to be written at `path`: who wants to hear of its bytes before stage() takes it. Null: nobody.
    [[nodiscard]] virtual std::shared_ptr<FileGrowth> follow(const std::string& /*file*/,
                                                             const std::filesystem::path& /*path*/) {
        return nullptr;
    }
    // Takes a finished file. The destination's readers see nothing yet.
    [[nodiscard]] virtual Result<> stage(const StagedFile& file) = 0;
    // Does all that may take long or can be known to fail, so that what is left for commit() is short. Readers still
    // see nothing.
    // A stop is heard until it ends, and not by commit().
    [[nodiscard]] virtual Result<> prepare() { return {}; }
    // Removes what is left; in the place of stage() and all behind it, but for abort(). A file goes only when it has
    // the bytes that a run published there, and the manifest does not name it.
    [[nodiscard]] virtual Result<Leftovers> remove_leftovers(const LeftoverRequest& /*request*/) { return Leftovers{}; }
    // Makes all staged files visible, the manifest last.
    [[nodiscard]] virtual Result<> commit() = 0;
    // Undoes stage(): nothing is left behind. Called after a failure; safe at any time; does nothing after a commit.
    virtual void abort() noexcept = 0;
    // Whether commit() has made anything visible (for the message after a failure).
    [[nodiscard]] virtual bool published() const noexcept = 0;
    // What the run's report should warn of, such as a dead run that was found; a sentence each. Grows until the end.
    [[nodiscard]] virtual std::vector<std::string> notices() const { return {}; }
};

}  // namespace sluice
