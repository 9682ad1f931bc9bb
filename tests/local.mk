# SPDX-License-Identifier: MIT
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
TEST_EXTENSIONS = .bats
BATS_LOG_DRIVER = $(LOG_DRIVER)
BATS_LOG_COMPILER = $(BATS)
AM_BATS_LOG_FLAGS = --tap
AM_TESTS_ENVIRONMENT = CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT;
TESTS = $(check_PROGRAMS)
EXTRA_DIST += tests/unit/unit.h

# One line for each unit test, and its sources.
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test_base tests/unit/test_os
unit_ldadd = src/libpyvern.a $(CMOCKA_LIBS)
unit_heavy_ldadd = $(unit_ldadd) $(CURL_LIBS) $(ARCHIVE_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS)
unit_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit $(CMOCKA_CFLAGS)
tests_unit_test_base_CPPFLAGS = $(unit_cppflags)
tests_unit_test_base_LDADD = $(unit_ldadd)
tests_unit_test_os_CPPFLAGS = $(unit_cppflags)
tests_unit_test_os_LDADD = $(unit_ldadd)
endif
