#include "cli/run_cli.hpp"

int main(int argc, char** argv) { return sluice::run_cli(argc, argv); }
