//! Frontdesk: an AI front desk for any website, in one process over one SQLite file.

fn main() -> std::process::ExitCode {
    frontdesk::run()
}
