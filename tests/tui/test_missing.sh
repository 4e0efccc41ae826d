#!/bin/sh
# Stands in for the tests of the terminal UI where they could not be built.
echo '1..0 # SKIP libvterm or cmocka was not found by configure'
