package watch

import (
	"k8s.io/utils/ptr"

	cloudwatchlogs "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatchlogs/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// logGroups have the names that AWS's services write to. Where a service has
// been quicker and made its group itself, the provider takes that over.
func logGroups(s *stack.Stack) {
	if s.OwnNetwork() {
		logGroup(s, "loggroup-flowlogs", "/kasha/"+s.ID+"/vpc/flow", "Who talked to whom in the VPC.")
	}
	for _, service := range services {
		logGroup(s, stack.ServiceLogGroupKey(service), s.ServiceLogGroup(service), "What the "+service+" containers print.")
	}
	logGroup(s, "loggroup-containerinsights", "/aws/ecs/containerinsights/"+s.ID+"/performance", "What Container Insights measures.")
	for _, instance := range append([]stack.Key{stack.Primary}, s.ReplicaKeys()...) {
		for _, log := range stack.DatabaseLogs {
			logGroup(s, databaseLogGroupKey(instance, log), "/aws/rds/instance/"+s.DatabaseID(instance)+"/"+log, "The "+log+" log of "+string(instance)+".")
		}
	}
}

func databaseLogGroupKey(instance stack.Key, log string) stack.Key {
	return stack.Key("loggroup-" + string(instance) + "-" + log)
}

func logGroup(s *stack.Stack, key stack.Key, name, purpose string) {
	s.Add(key, purpose, &cloudwatchlogs.Group{Spec: cloudwatchlogs.GroupSpec{ForProvider: cloudwatchlogs.GroupParameters{
		Region:          &s.Region,
		RetentionInDays: ptr.To(float64(s.Claim.Spec.Logs.RetentionDays)),
		// By its ARN and not by reference, so that no group is made before the key
		// lets CloudWatch use it.
		KMSKeyID:    ptr.To(s.ARN("key-telemetry")),
		SkipDestroy: ptr.To(false),
		Tags:        s.Tags(key),
	}}}, stack.ExternalName(name))
}
