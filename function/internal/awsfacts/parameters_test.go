package awsfacts

import "testing"

func TestLikeParameter(t *testing.T) {
	for name, want := range map[string]string{
		"max_connection": "max_connections", "max_conections": "max_connections", "sql-mode": "sql_mode",
		"sql_mdoe": "sql_mode", "wait_timeouts": "wait_timeout", "wait_timeout": "", "lock_wait_timeout": "",
		"gtid-mode": "", "innodb_io_capacity": "", "": "", "s": "", "sql_mode_xx": "", "max_user_connections": "",
	} {
		if got, ok := LikeParameter(name); got != want || ok != (want != "") {
			t.Errorf("%s looks like %q, want %q", name, got, want)
		}
	}
}

func TestGoneFromMySQL(t *testing.T) {
	for name, want := range map[string]string{
		"query_cache_size": "", "query-cache-size": "", "tx_isolation": "transaction_isolation",
		"default_authentication_plugin": "authentication_policy",
	} {
		if got, gone := GoneFromMySQL(name); got != want || !gone {
			t.Errorf("%s is replaced by %q, want %q", name, got, want)
		}
	}
	for _, name := range oftenSet {
		if _, gone := GoneFromMySQL(name); gone {
			t.Errorf("%s is often set and gone", name)
		}
	}
}

// TestClasses: real classes pass silently, new ones with a warning.
func TestClasses(t *testing.T) {
	for class, want := range map[string][2]bool{ // impossible, known
		"db.t4g.medium": {false, true}, "db.t3.micro": {false, true}, "db.t3.2xlarge": {false, true},
		"db.m7g.large": {false, true}, "db.r6gd.16xlarge": {false, true}, "db.x2iedn.32xlarge": {false, true},
		"db.t3.16xlarge": {true, true}, "db.t4g.metal": {true, true}, "db.m7g.micro": {true, true},
		"db.r8g.medium": {true, true}, "db.m11x.large": {false, false}, "db.m7g.7xlarge": {false, false},
	} {
		got := [2]bool{IsImpossibleClass(class), KnowsClass(class)}
		if got != want {
			t.Errorf("%s: impossible, known = %v, want %v", class, got, want)
		}
	}
}
