package network

import (
	"k8s.io/utils/ptr"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// flowLog records all traffic of the VPC. AWS cannot change a flow log, so its key
// carries what a claim can change. AWS refuses a second flow log to the same log group
// while the first exists; the provider retries until the first is deleted.
//
// The flow log waits for the log group and for the permission to write to it, because a
// flow log that cannot deliver reports no error.
func flowLog(s *stack.Stack) {
	seconds := s.Claim.Spec.Network.FlowLogs.MaxAggregationSeconds
	key := keys.FlowLog(int(seconds))
	s.Add(key, "Records all traffic of the VPC, accepted and rejected.",
		&ec2.FlowLog{Spec: ec2.FlowLogSpec{ForProvider: ec2.FlowLogParameters{
			Region:                 &s.Region,
			VPCIDRef:               s.Ref(keys.VPC),
			TrafficType:            ptr.To("ALL"),
			MaxAggregationInterval: ptr.To(float64(seconds)),
			LogDestinationType:     ptr.To("cloud-watch-logs"),
			LogDestinationRef:      s.Ref(keys.FlowLogGroup),
			IAMRoleArnRef:          s.Ref(keys.Role(keys.FlowLogs)),
			Tags:                   s.Tags(key),
		}}}, stack.After(keys.FlowLogGroup, keys.RolePolicy(keys.FlowLogs)))
}
