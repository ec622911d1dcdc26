package database

import (
	"maps"
	"slices"
	"strconv"

	"k8s.io/utils/ptr"

	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

func parameterGroup(s *stack.Stack, p *plan.Plan) {
	s.Add(keys.ParameterGroup, "The settings of MySQL, which require TLS and log slow queries.",
		&rds.ParameterGroup{Spec: rds.ParameterGroupSpec{ForProvider: rds.ParameterGroupParameters{
			Region:      &s.Region,
			Family:      ptr.To(family),
			Description: ptr.To("Settings of the database of " + s.ID),
			Parameter:   writable(p, parameters(s)),
			Tags:        s.Tags(keys.ParameterGroup),
		}}}, stack.ExternalName(s.Name("mysql84", plan.LimitName)))
}

// writable forbids writes for the last minutes before the application moves to Aurora, and from then
// on: what is written to the old database would be lost.
func writable(p *plan.Plan, params []rds.ParameterParameters) []rds.ParameterParameters {
	if p.Database.Move.Wants.ReadOnly {
		return append(params, parameter("read_only", "1"))
	}
	return params
}

// parameters are Kasha's own, which are all dynamic and take effect without a restart, and
// then the claim's.
func parameters(s *stack.Stack) []rds.ParameterParameters {
	db := s.Claim.Spec.Database
	out := []rds.ParameterParameters{
		parameter("require_secure_transport", "1"),
		parameter("slow_query_log", "1"),
		parameter("long_query_time", strconv.Itoa(int(db.SlowQuerySeconds))),
		parameter("general_log", flag(ptr.Deref(db.GeneralLog, false))),
		// CloudWatch gets only logs that are in files. The default is a table.
		// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.MySQLDB.PublishtoCloudWatchLogs.html
		parameter("log_output", "FILE"),
	}
	for _, name := range slices.Sorted(maps.Keys(db.Parameters)) {
		p := parameter(name, string(db.Parameters[name]))
		if !slices.Contains(dynamic, name) {
			p.ApplyMethod = ptr.To("pending-reboot")
		}
		out = append(out, p)
	}
	return out
}

// dynamic are the parameters that take effect without a restart. AWS refuses a static
// parameter that is to be applied immediately, and takes both kinds for the next restart,
// so the list has only well-known ones.
//
// The list of a release never changes: AWS does not register a new apply method without a
// new value, and the provider would ask for it again and again.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html
var dynamic = []string{
	"binlog_row_image", "character_set_server", "collation_server", "connect_timeout", "event_scheduler",
	"group_concat_max_len", "innodb_lock_wait_timeout", "innodb_print_all_deadlocks", "interactive_timeout",
	"local_infile", "lock_wait_timeout", "log_bin_trust_function_creators", "log_queries_not_using_indexes",
	"max_allowed_packet", "max_connections", "max_execution_time", "max_heap_table_size", "net_read_timeout",
	"net_write_timeout", "sql_mode", "time_zone", "tmp_table_size", "wait_timeout",
}

func parameter(name, value string) rds.ParameterParameters {
	return rds.ParameterParameters{Name: &name, Value: &value, ApplyMethod: ptr.To("immediate")}
}

func flag(on bool) string {
	if on {
		return "1"
	}
	return "0"
}
