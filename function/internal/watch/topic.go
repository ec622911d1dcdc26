package watch

import (
	"k8s.io/utils/ptr"

	sns "github.com/upbound/provider-aws/v2/apis/namespaced/sns/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// limitTopic is the limit for topic names, and limitDisplay the limit for the part
	// before the @ of the sender of its e-mails.
	// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
	limitTopic   = 256
	limitDisplay = 100
)

// A hub is the topic of the alarms of one region, with its policy and key. An alarm
// cannot notify a topic of another region.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
type hub struct {
	region             string
	topic, policy, key stack.Key
}

func home(s *stack.Stack) hub {
	return hub{s.Region, keys.Topic, keys.TopicPolicy, keys.TelemetryKey}
}

// atEdge is the hub for metrics in us-east-1, where the edge reports wherever the claim
// is.
func atEdge(s *stack.Stack) hub {
	if s.Region == plan.GlobalRegion {
		return home(s)
	}
	return hub{plan.GlobalRegion, keys.EdgeTopic, keys.EdgeTopicPolicy, keys.EdgeKey}
}

// notifications adds a topic in each region that has alarms, with a subscription for
// each of the claim's e-mail addresses.
func notifications(s *stack.Stack, p *plan.Plan) {
	hubs := []hub{home(s)}
	if e := atEdge(s); e.region != s.Region {
		hubs = append(hubs, e)
	}
	for _, h := range hubs {
		topic(s, h)
		topicPolicy(s, p, h)
		for _, email := range s.Claim.Spec.Alarms.Emails {
			subscription(s, h, email)
		}
	}
}

// topic is encrypted with a key of the claim: alarms cannot publish to a topic that is
// encrypted with SNS's own key.
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
func topic(s *stack.Stack, h hub) {
	s.Add(h.topic, "The topic that alarms notify.", &sns.Topic{Spec: sns.TopicSpec{ForProvider: sns.TopicParameters{
		Region:         &h.region,
		DisplayName:    ptr.To(s.Name("alarms", limitDisplay)),
		KMSMasterKeyID: ptr.To(stack.ARN(h.key)),
		Tags:           s.Tags(h.topic),
	}}}, stack.ExternalName(s.Name("alarms", limitTopic)))
}

func topicPolicy(s *stack.Stack, p *plan.Plan, h hub) {
	s.Add(h.policy, "Lets this account, and no other, publish to the topic.",
		&sns.TopicPolicy{Spec: sns.TopicPolicySpec{ForProvider: sns.TopicPolicyParameters{
			Region: &h.region,
			ArnRef: s.Ref(h.topic),
			Policy: ptr.To(publishers(s, p, h).String()),
		}}})
}

func publishers(s *stack.Stack, p *plan.Plan, h hub) policy.Document {
	topic := policy.List{stack.ARN(h.topic)}
	publishes := func(sid, service string, condition policy.Condition) policy.Statement {
		return policy.Statement{
			Sid:       sid,
			Effect:    policy.Allow,
			Principal: &policy.Principal{Service: policy.List{service}},
			Action:    policy.List{"sns:Publish"},
			Resource:  topic,
			Condition: condition,
		}
	}
	d := policy.Document{
		publishes("Alarms", "cloudwatch.amazonaws.com",
			policy.Condition{"StringEquals": {"aws:SourceAccount": {plan.Account()}}}),
		{
			Sid:       "Owner",
			Effect:    policy.Allow,
			Principal: &policy.Principal{AWS: policy.List{plan.RootARN()}},
			Action: policy.List{
				"sns:AddPermission", "sns:DeleteTopic", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic",
				"sns:Publish", "sns:RemovePermission", "sns:SetTopicAttributes", "sns:Subscribe",
			},
			Resource: topic,
		},
	}
	if s.Claim.Spec.Alarms.MonthlyBudgetUSD != nil && h.region == s.Region {
		// https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
		d = append(d, publishes("Budgets", "budgets.amazonaws.com", policy.Condition{
			"StringEquals": {"aws:SourceAccount": {plan.Account()}},
			"ArnLike":      {"aws:SourceArn": {"arn:aws:budgets::" + plan.Account() + ":*"}},
		}))
	}
	if len(s.Claim.Spec.Schedules) > 0 && h.topic == keys.Topic {
		d = append(d, publishes("FailedRuns", "events.amazonaws.com", policy.Condition{
			"ArnEquals": {"aws:SourceArn": {p.RegionalARN("events", "rule/"+p.RunFailedRule())}},
		}))
	}
	return d
}

// subscription has the address in its key: AWS cannot change a subscription, so another
// address is another subscription.
func subscription(s *stack.Stack, h hub, email string) {
	s.Add(keys.Subscription(h.topic, email),
		"Sends alarms by e-mail once the recipient has confirmed the subscription.",
		&sns.TopicSubscription{Spec: sns.TopicSubscriptionSpec{ForProvider: sns.TopicSubscriptionParameters{
			Region:      &h.region,
			TopicArnRef: s.Ref(h.topic),
			Protocol:    ptr.To("email"),
			Endpoint:    &email,
		}}})
}
