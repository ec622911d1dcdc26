package database

import (
	"strconv"

	"k8s.io/utils/ptr"

	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

func parameterGroup(s *stack.Stack) {
	s.Add(keys.ParameterGroup, "The settings of MySQL, which require TLS and log slow queries.",
		&rds.ParameterGroup{Spec: rds.ParameterGroupSpec{ForProvider: rds.ParameterGroupParameters{
			Region:      &s.Region,
			Family:      ptr.To(family),
			Description: ptr.To("Settings of the database of " + s.ID),
			Parameter:   parameters(s),
			Tags:        s.Tags(keys.ParameterGroup),
		}}}, stack.ExternalName(s.Name("mysql84", plan.LimitName)))
}

// parameters are all dynamic, so they take effect without a restart.
func parameters(s *stack.Stack) []rds.ParameterParameters {
	db := s.Claim.Spec.Database
	return []rds.ParameterParameters{
		parameter("require_secure_transport", "1"),
		parameter("slow_query_log", "1"),
		parameter("long_query_time", strconv.Itoa(int(db.SlowQuerySeconds))),
		parameter("general_log", flag(ptr.Deref(db.GeneralLog, false))),
		// CloudWatch gets only logs that are in files. The default is a table.
		// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.MySQLDB.PublishtoCloudWatchLogs.html
		parameter("log_output", "FILE"),
	}
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
