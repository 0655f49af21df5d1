// The program is the libraries plus this.

#include "cli/app.h"

int main(int argc, char** argv) { return unwedge::cli::run_process(argc, argv); }
