package awsfacts

import (
	"slices"
	"strings"
)

// GoneFromMySQL tells whether MySQL 8.4 no longer has a parameter that older versions have,
// and what has replaced it, if anything has.
// https://dev.mysql.com/doc/refman/8.4/en/added-deprecated-removed.html
// https://dev.mysql.com/doc/refman/8.0/en/added-deprecated-removed.html
func GoneFromMySQL(parameter string) (instead string, gone bool) {
	instead, gone = goneParameters[underscored(parameter)]
	return instead, gone
}

var goneParameters = map[string]string{
	// Removed in 8.4, or between 8.0 and it.
	"avoid_temporal_upgrade": "", "binlog_transaction_dependency_tracking": "",
	"default_authentication_plugin": "authentication_policy", "expire_logs_days": "binlog_expire_logs_seconds",
	"have_openssl": "", "have_ssl": "", "log_bin_use_v1_row_events": "", "master_info_repository": "",
	"relay_log_info_repository": "", "show_old_temporals": "", "slave_rows_search_algorithms": "",
	"transaction_write_set_extraction": "",

	// Removed in 8.0.
	"innodb_file_format": "", "innodb_file_format_check": "", "innodb_file_format_max": "", "innodb_large_prefix": "",
	"innodb_locks_unsafe_for_binlog": "transaction_isolation", "innodb_support_xa": "",
	"log_warnings":      "log_error_verbosity",
	"query_cache_limit": "", "query_cache_min_res_unit": "", "query_cache_size": "", "query_cache_type": "",
	"query_cache_wlock_invalidate": "", "secure_auth": "", "sync_frm": "", "tx_isolation": "transaction_isolation",
	"tx_read_only": "transaction_read_only",
}

// LikeParameter returns a parameter that people often set and that a name looks like a
// misspelling of, and false for any other name. Kasha has no list of all parameters.
func LikeParameter(name string) (string, bool) {
	if slices.Contains(oftenSet, name) || slices.Contains(namesakes, underscored(name)) {
		return "", false
	}
	for _, known := range oftenSet {
		if nearly(underscored(name), known) {
			return known, true
		}
	}
	return "", false
}

// oftenSet are parameters of the family mysql8.4.
var oftenSet = []string{
	"binlog_row_image", "character_set_server", "collation_server", "connect_timeout", "event_scheduler",
	"group_concat_max_len", "innodb_buffer_pool_size", "innodb_flush_log_at_trx_commit", "innodb_lock_wait_timeout",
	"innodb_print_all_deadlocks", "interactive_timeout", "local_infile", "lock_wait_timeout",
	"log_bin_trust_function_creators", "log_queries_not_using_indexes", "max_allowed_packet", "max_connections",
	"max_execution_time", "max_heap_table_size", "net_read_timeout", "net_write_timeout", "performance_schema",
	"sql_mode", "time_zone", "tmp_table_size", "transaction_isolation", "wait_timeout",
}

// namesakes are parameters of their own that look like one that is often set.
var namesakes = []string{"max_user_connections", "sync_binlog"}

func underscored(name string) string { return strings.ReplaceAll(name, "-", "_") }

// nearly tells whether two names are the same, or become so by adding, removing or replacing
// one character or by exchanging two neighbours.
func nearly(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case len(b)-len(a) > 1:
		return false
	case i == len(a):
		return true
	case len(b) > len(a):
		return a[i:] == b[i+1:]
	}
	swapped := i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
	return swapped || a[i+1:] == b[i+1:]
}
