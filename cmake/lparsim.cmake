# Compiler settings of the whole project and the one function that declares a folder's library.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

add_library(lparsim_options INTERFACE)
target_include_directories(lparsim_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(lparsim_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
  # Fused multiply-add would make a run file depend on the machine.
  -ffp-contract=off)
if(LPARSIM_SANITIZE)
  # Instrumented code makes g++ warn wrongly, of variables it takes for uninitialized (std::regex; GCC bug 105562) among others. The other
  # builds take every warning for an error.
  target_compile_options(lparsim_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -Wno-error
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(lparsim_options INTERFACE -fsanitize=address,undefined)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # g++ 12 warns wrongly where a text literal is put before a std::string (GCC bug 105651).
  target_compile_options(lparsim_options INTERFACE -Wno-restrict)
  # It asks whether a type of an unnamed namespace stands in a header, and takes the file of a batch for one.
  target_compile_options(lparsim_options INTERFACE -Wno-subobject-linkage)
endif()
if(LPARSIM_FUZZ)
  # Coverage is what guides the fuzzer; its main function comes with the targets only.
  target_compile_options(lparsim_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

set(LPARSIM_BATCH 8 CACHE STRING "So many sources of a library are compiled as one; 1: each alone, which is quicker where one changes often")

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(Boost REQUIRED)

# Debian's SystemC was built as C++17 and has no CMake package (docs/decisions/0002).
pkg_check_modules(SYSTEMC REQUIRED systemc)
add_library(lparsim_systemc INTERFACE)
target_include_directories(lparsim_systemc SYSTEM INTERFACE ${SYSTEMC_INCLUDE_DIRS} /usr/include)
target_link_directories(lparsim_systemc INTERFACE ${SYSTEMC_LIBRARY_DIRS})
target_link_libraries(lparsim_systemc INTERFACE systemc Threads::Threads)
target_compile_definitions(lparsim_systemc INTERFACE SC_CPLUSPLUS=201703L)

if(LPARSIM_TESTS)
  enable_testing()
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()

# lparsim_library(NAME [DEPENDS ...] [PRIVATE_DEPENDS ...] [TEST_DEPENDS ...]): every *.cpp of this folder becomes lparsim_NAME,
# every *_test.cpp its test binary. A folder may list sub-folders whose sources belong to the same library (FOLDERS). HOT: Release compiles
# its sources as one, so that calls between them can be inlined; but for those that repeat names of others (ALONE).
function(lparsim_library name)
  cmake_parse_arguments(ARG "HOT" "" "DEPENDS;PRIVATE_DEPENDS;TEST_DEPENDS;FOLDERS;ALONE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  foreach(folder ${ARG_FOLDERS})
    file(GLOB more CONFIGURE_DEPENDS ${folder}/*.cpp)
    list(APPEND sources ${more})
  endforeach()
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz|main)\\.cpp$")
  if(sources)
    add_library(lparsim_${name} STATIC ${sources})
    target_link_libraries(lparsim_${name} PUBLIC lparsim_options ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS})
    # In batches, since most of what a file takes to compile is its headers'. HOT ones at once in Release.
    set(batch ${LPARSIM_BATCH})
    if(ARG_HOT AND CMAKE_BUILD_TYPE STREQUAL Release)
      set(batch 0)
    endif()
    if(NOT batch EQUAL 1)
      set_target_properties(lparsim_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${batch})
      set_source_files_properties(${ARG_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endif()
  else()
    add_library(lparsim_${name} INTERFACE)
    target_link_libraries(lparsim_${name} INTERFACE lparsim_options ${ARG_DEPENDS})
  endif()
  if(LPARSIM_TESTS AND tests)
    lparsim_test(${name}_test SOURCES ${tests} DEPENDS lparsim_${name} ${ARG_TEST_DEPENDS})
  endif()
endfunction()

# One test binary; each test runs in a process of its own, since SystemC elaborates once a process.
function(lparsim_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gmock GTest::gtest_main)
  # Macros of tests take the optimiser a third of the time of compiling, and nothing of what they measure is in them.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 1200 LABELS "${ARG_LABELS}")
endfunction()
