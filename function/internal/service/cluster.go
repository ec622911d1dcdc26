package service

import (
	"k8s.io/utils/ptr"

	ecs "github.com/upbound/provider-aws/v2/apis/namespaced/ecs/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Fargate's two capacity providers. Every account has them.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
const (
	onDemand = "FARGATE"
	spot     = "FARGATE_SPOT"
)

// cluster is where all workloads run.
func cluster(s *stack.Stack, p *plan.Plan) {
	s.Add(keys.Cluster, "The ECS cluster that all tasks run in.",
		&ecs.Cluster{Spec: ecs.ClusterSpec{ForProvider: ecs.ClusterParameters{
			Region: &s.Region,
			// Task and container metrics besides the services' own.
			// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/ContainerInsights.html
			Setting:       []ecs.SettingParameters{{Name: ptr.To("containerInsights"), Value: ptr.To("enhanced")}},
			Configuration: sessions(p),
			Tags:          s.Tags(keys.Cluster),
		}}}, stack.ExternalName(s.ID))
	s.Add(keys.ClusterCapacity, "Lets the services use on-demand Fargate and Spot.",
		&ecs.ClusterCapacityProviders{Spec: ecs.ClusterCapacityProvidersSpec{
			ForProvider: ecs.ClusterCapacityProvidersParameters{
				Region:            &s.Region,
				ClusterNameRef:    s.Ref(keys.Cluster),
				CapacityProviders: []*string{ptr.To(onDemand), ptr.To(spot)},
				// The services have strategies of their own. This one is for tasks that are
				// started by hand.
				DefaultCapacityProviderStrategy: []ecs.DefaultCapacityProviderStrategyParameters{{
					CapacityProvider: ptr.To(onDemand),
					Weight:           ptr.To(1.0),
				}},
			},
		}}, stack.After(keys.Cluster))
}

// sessions encrypts the sessions of ECS Exec, and logs what they show. Where no workload has exec
// any more, AWS keeps the configuration, since the provider cannot take it away: without shells
// it does nothing.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommandConfiguration.html
func sessions(p *plan.Plan) *ecs.ConfigurationParameters {
	if !p.HasExec() {
		return nil
	}
	return &ecs.ConfigurationParameters{ExecuteCommandConfiguration: &ecs.ExecuteCommandConfigurationParameters{
		KMSKeyID: ptr.To(stack.ARN(keys.TelemetryKey)),
		Logging:  ptr.To("OVERRIDE"),
		LogConfiguration: &ecs.LogConfigurationParameters{
			CloudWatchLogGroupName:      ptr.To(p.ExecLogGroupName()),
			CloudWatchEncryptionEnabled: ptr.To(true),
		},
	}}
}
