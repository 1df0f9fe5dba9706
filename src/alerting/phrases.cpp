#include "alerting/phrases.hpp"

#include <absl/time/time.h>

#include <array>
#include <utility>

#include "config/characters.hpp"

namespace sluice {
namespace {

constexpr Phrases kEnglish{
    .failed = "failed",
    .recovered = "recovered",
    .done = "done",
    .findings = "done, with something to look at",
    .test = "a test",
    .line_failed = "failed: {}",
    .line_published = "published: {}",
    .line_next = "next: {}",
    .line_recovered = "recovered: {}",
    .line_done = "done: {}",
    .line_test = "test: {}",
    .crashed = "run {} of {} died before its end: it was killed, or the machine went down",
    .killed = "the run was stopped from outside (signal {})",
    .nothing_to_do = "nothing to do; the run in whole: {}",
    .look_at = "look at the run: {}",
    .replay = "the rejected rows are in {}; once they are mended there: sluice replay {}",
    .quotes_data = "{}; the whole message quotes values of the data: {}",
    .recovered_after = "run {} is done; before it {} failed, the first at {}",
    .outage_of = "run {} is done",
    .test_text = "this alert works; it was asked for with validate --send-alert",
    .published_at = "{} files at {}",
    .published_one = "{} file at {}",
    .published_nothing = "nothing; readers still see what was there before this run",
    .published_crash = "{}; what the run that died had begun was finished or undone",
    .no_publication = "nothing, since this is a test",
    .run = "run",
    .begun = "begun",
    .took = "took",
    .host = "host",
    .folder = "folder",
    .config = "config",
    .failing_since = "failing since",
    .last_good = "last good run",
    .held = "held back before this message",
    .none_good = "none that is known",
    .checks = "Expectations that were not met",
    .quarantine = "Rejected rows",
    .drift = "Columns that changed since the last good run",
    .slow = "Slower than usual",
    .changes = "What changed since the last good run",
    .crashes = "Runs that died",
    .check_item = "{} of {} ({}): expected {}, found {}",
    .bad_item = "{} of {} rows of '{}': {}",
    .first_rows = "{}: {}",
    .column_new = "'{}': new column '{}' ({})",
    .column_gone = "'{}': column '{}' is gone",
    .column_wider = "'{}': column '{}' was {} and is {}",
    .slow_item = "it took {}; the median of the last {} good runs is {}",
    .config_changed = "the config ({} to {})",
    .host_changed = "the host: {} to {}",
    .param_changed = "param {}: {} to {}",
    .rows_changed = "rows of '{}': {} to {}",
    .bytes_changed = "bytes of '{}': {} to {}",
    .bad_changed = "rejected rows of '{}': {} to {}",
    .took_changed = "how long it took: {} to {}",
    .nothing_changed = "config, params, host and inputs are as they were",
    .read_nothing = "config, params and host are as they were; inputs were not read",
    .and_more = "and {} more",
};

constexpr Phrases kIndonesian{
    .failed = "gagal",
    .recovered = "pulih",
    .done = "selesai",
    .findings = "selesai, ada yang perlu dilihat",
    .test = "uji coba",
    .line_failed = "gagal: {}",
    .line_published = "terbit: {}",
    .line_next = "berikutnya: {}",
    .line_recovered = "pulih: {}",
    .line_done = "selesai: {}",
    .line_test = "uji coba: {}",
    .crashed = "run {} pada {} mati sebelum selesai: dihentikan paksa, atau mesinnya mati",
    .killed = "run dihentikan dari luar (sinyal {})",
    .nothing_to_do = "tidak ada yang perlu dilakukan; seluruh isi run: {}",
    .look_at = "lihat run ini: {}",
    .replay = "baris yang ditolak ada di {}; setelah diperbaiki di sana: sluice replay {}",
    .quotes_data = "{}; pesan lengkapnya mengutip nilai data: {}",
    .recovered_after = "run {} selesai; sebelumnya {} gagal, yang pertama pada {}",
    .outage_of = "run {} selesai",
    .test_text = "peringatan ini berfungsi; diminta dengan validate --send-alert",
    .published_at = "{} berkas di {}",
    .published_one = "{} berkas di {}",
    .published_nothing = "tidak ada; pembaca masih melihat isi sebelum run ini",
    .published_crash = "{}; yang sudah dimulai oleh run yang mati telah diselesaikan atau dibatalkan",
    .no_publication = "tidak ada, karena ini uji coba",
    .run = "run",
    .begun = "mulai",
    .took = "lamanya",
    .host = "host",
    .folder = "folder",
    .config = "config",
    .failing_since = "gagal sejak",
    .last_good = "run terakhir yang baik",
    .held = "ditahan sebelum pesan ini",
    .none_good = "tidak ada yang diketahui",
    .checks = "Harapan yang tidak terpenuhi",
    .quarantine = "Baris yang ditolak",
    .drift = "Kolom yang berubah sejak run terakhir yang baik",
    .slow = "Lebih lambat dari biasanya",
    .changes = "Yang berubah sejak run terakhir yang baik",
    .crashes = "Run yang mati",
    .check_item = "{} pada {} ({}): diharapkan {}, ditemukan {}",
    .bad_item = "{} dari {} baris '{}': {}",
    .first_rows = "{}: {}",
    .column_new = "'{}': kolom baru '{}' ({})",
    .column_gone = "'{}': kolom '{}' tidak ada lagi",
    .column_wider = "'{}': kolom '{}' dulu {} dan kini {}",
    .slow_item = "lamanya {}; median {} run terakhir yang baik adalah {}",
    .config_changed = "config ({} menjadi {})",
    .host_changed = "host: {} menjadi {}",
    .param_changed = "param {}: {} menjadi {}",
    .rows_changed = "baris '{}': {} menjadi {}",
    .bytes_changed = "ukuran '{}': {} menjadi {}",
    .bad_changed = "baris '{}' yang ditolak: {} menjadi {}",
    .took_changed = "lamanya: {} menjadi {}",
    .nothing_changed = "config, param, host dan masukan sama seperti sebelumnya",
    .read_nothing = "config, param dan host sama seperti sebelumnya; masukan tidak dibaca",
    .and_more = "dan {} lagi",
};

// Beginnings, or whole texts, of the lines that end a failed run (pipeline/failure.cpp, pipeline/publication.cpp).
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kOwnLines{{
    {"failed: the config has faults", "gagal: config memiliki kesalahan"},
    {"failed: ", "gagal: "},
    {"published: nothing; readers still see what was there before this run",
     "terbit: tidak ada; pembaca masih melihat isi sebelum run ini"},
    {"published: this run is visible at ", "terbit: run ini terlihat di "},
    {"published: ", "terbit: "},
    {"next: mend the config as shown above, then type again: ", "berikutnya: perbaiki config, lalu ketik lagi: "},
    {"next: mend these rows, then type again: ", "berikutnya: perbaiki baris itu, lalu ketik lagi: "},
    {"next: mend the input or the config as shown above, then type again: ",
     "berikutnya: perbaiki masukan atau config, lalu ketik lagi: "},
    {"next: it may work now, type again: ", "berikutnya: mungkin kini berhasil, ketik lagi: "},
    {"next: put right what is named above, then type again: ",
     "berikutnya: bereskan yang disebut di atas, lalu ketik lagi: "},
    {"next: when the other run has ended, type again: ", "berikutnya: setelah run yang lain selesai, ketik lagi: "},
    {"next: choose another destination as shown above, then type again: ",
     "berikutnya: pilih tujuan lain, lalu ketik lagi: "},
    {"next: to run it again: ", "berikutnya: untuk menjalankannya lagi: "},
    {"next: this is a fault of Sluice: please report it with the output of: ",
     "berikutnya: ini kesalahan Sluice: mohon laporkan dengan keluaran dari: "},
}};

absl::TimeZone zone_named(std::string_view name) {
    absl::TimeZone zone;
    if (!absl::LoadTimeZone(std::string(name), &zone)) return absl::UTCTimeZone();
    return zone;
}

std::string in_zone(std::string_view form, WallTime time, std::string_view zone) {
    return absl::FormatTime(std::string(form), absl::FromChrono(time), zone_named(zone));
}

}  // namespace

const Phrases& phrases(std::string_view language) { return language == "id" ? kIndonesian : kEnglish; }

std::string shortened(std::string_view raw) {
    std::string text = showable_lines(raw);
    constexpr std::size_t kLongest = 1000;
    if (text.size() <= kLongest) return text;
    std::size_t end = kLongest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end) + "...";
}

std::string translated(std::string line, std::string_view language) {
    if (language != "id") return line;
    for (const auto& [english, indonesian] : kOwnLines)
        if (line.starts_with(english)) return std::string(indonesian) + line.substr(english.size());
    return line;
}

std::string local_time(WallTime time, std::string_view zone) { return in_zone("%Y-%m-%d %H:%M:%S %Ez", time, zone); }

std::string mail_date(WallTime time, std::string_view zone) { return in_zone("%a, %d %b %Y %H:%M:%S %z", time, zone); }

}  // namespace sluice
