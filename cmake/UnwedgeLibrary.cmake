# unwedge_library(<folder> SOURCES … [DEPENDS …] [PRIVATE_DEPENDS …])
#
# Defines the static library of one folder of src/: target unwedge_<folder>, to be linked as unwedge::<folder>. Its
# headers are included from the root of src/ ("text/line_index.h") and of include/ ("unwedge/step.h"). DEPENDS are
# the targets that its headers need, PRIVATE_DEPENDS those that only its sources need.

function(unwedge_library folder)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "unwedge_library(${folder}): what is '${arg_UNPARSED_ARGUMENTS}'?")
  endif()

  add_library(unwedge_${folder} STATIC ${arg_SOURCES})
  add_library(unwedge::${folder} ALIAS unwedge_${folder})
  target_compile_features(unwedge_${folder} PUBLIC cxx_std_20)
  target_include_directories(unwedge_${folder} PUBLIC "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(
    unwedge_${folder}
    PUBLIC ${arg_DEPENDS}
    PRIVATE ${arg_PRIVATE_DEPENDS} unwedge::warnings)
endfunction()
