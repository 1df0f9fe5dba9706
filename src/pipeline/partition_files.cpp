#include "pipeline/partition_files.hpp"

#include "formats/partition_folders.hpp"

namespace sluice {

namespace {

// The name of the folder of a column's value, up to the value.
std::string folder_start(const PartitionColumn& column) {
    std::string start;
    append_partition_text(column.name, start);
    return start + '=';
}

}  // namespace

std::string file_pattern(const LogicalOutput& output) {
    if (output.partition_by.empty()) return output.file;
    std::string folders;
    for (const PartitionColumn& column : output.partition_by)
        folders += (folders.empty() ? "" : "/") + folder_start(column) + '*';
    return file_in_partition(output.file, folders);
}

bool is_partition_file(const LogicalOutput& output, std::string_view file) {
    if (output.partition_by.empty()) return false;
    const std::size_t slash = output.file.rfind('/');
    const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
    const std::string_view folder = std::string_view(output.file).substr(0, begin);
    const std::string_view name = std::string_view(output.file).substr(begin);
    if (!file.starts_with(folder)) return false;
    file.remove_prefix(folder.size());
    for (const PartitionColumn& column : output.partition_by) {
        const std::string start = folder_start(column);
        const std::size_t end = file.find('/');
        if (end == std::string_view::npos || !file.starts_with(start)) return false;
        file.remove_prefix(end + 1);
    }
    return file == name;
}

}  // namespace sluice
