#include <systemc>

// The SystemC library refers to sc_main from the main() it brings along. lparsim has a main() of its own; some linkers want the symbol
// all the same.
int sc_main(int, char*[]) {
  return 0;
}
