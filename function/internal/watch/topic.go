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
	// limitTopic is the limit for topic names, and limitDisplay for what stands
	// before the @ of its e-mails.
	// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
	limitTopic   = 256
	limitDisplay = 100
)

// A hub is where the alarms of one region go: an alarm cannot notify a topic of
// another.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
type hub struct {
	region             string
	topic, policy, key stack.Key
}

func home(s *stack.Stack) hub {
	return hub{s.Region, keys.Topic, keys.TopicPolicy, keys.TelemetryKey}
}

// atEdge is for what reports to us-east-1, wherever the claim is.
func atEdge(s *stack.Stack) hub {
	if s.Region == plan.GlobalRegion {
		return home(s)
	}
	return hub{plan.GlobalRegion, keys.EdgeTopic, keys.EdgeTopicPolicy, keys.EdgeKey}
}

// notifications are a topic in each region that has alarms, each with everybody
// who wants to hear of trouble.
func notifications(s *stack.Stack) {
	hubs := []hub{home(s)}
	if e := atEdge(s); e.region != s.Region {
		hubs = append(hubs, e)
	}
	for _, h := range hubs {
		topic(s, h)
		topicPolicy(s, h)
		for _, email := range s.Claim.Spec.Alarms.Emails {
			subscription(s, h, email)
		}
	}
}

// topic is encrypted with a key of the claim's: alarms cannot publish to one
// that is encrypted with SNS's own.
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
func topic(s *stack.Stack, h hub) {
	s.Add(h.topic, "Where alarms go.", &sns.Topic{Spec: sns.TopicSpec{ForProvider: sns.TopicParameters{
		Region:         &h.region,
		DisplayName:    ptr.To(s.Name("alarms", limitDisplay)),
		KMSMasterKeyID: ptr.To(stack.ARN(h.key)),
		Tags:           s.Tags(h.topic),
	}}}, stack.ExternalName(s.Name("alarms", limitTopic)))
}

func topicPolicy(s *stack.Stack, h hub) {
	s.Add(h.policy, "Lets this account's alarms, and nobody else, publish.", &sns.TopicPolicy{Spec: sns.TopicPolicySpec{ForProvider: sns.TopicPolicyParameters{
		Region: &h.region,
		ArnRef: s.Ref(h.topic),
		Policy: ptr.To(publishers(s, h).String()),
	}}})
}

func publishers(s *stack.Stack, h hub) policy.Document {
	topic := policy.List{stack.ARN(h.topic)}
	d := policy.Document{{
		Sid:       "Alarms",
		Effect:    policy.Allow,
		Principal: &policy.Principal{Service: policy.List{"cloudwatch.amazonaws.com"}},
		Action:    policy.List{"sns:Publish"},
		Resource:  topic,
		Condition: policy.Condition{"StringEquals": {"aws:SourceAccount": {plan.Account()}}},
	}, {
		Sid:       "Owner",
		Effect:    policy.Allow,
		Principal: &policy.Principal{AWS: policy.List{plan.RootARN()}},
		Action: policy.List{
			"sns:AddPermission", "sns:DeleteTopic", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic",
			"sns:Publish", "sns:RemovePermission", "sns:SetTopicAttributes", "sns:Subscribe",
		},
		Resource: topic,
	}}
	if s.Claim.Spec.Alarms.MonthlyBudgetUSD != nil && h.region == s.Region {
		// https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
		d = append(d, policy.Statement{
			Sid:       "Budgets",
			Effect:    policy.Allow,
			Principal: &policy.Principal{Service: policy.List{"budgets.amazonaws.com"}},
			Action:    policy.List{"sns:Publish"},
			Resource:  topic,
			Condition: policy.Condition{
				"StringEquals": {"aws:SourceAccount": {plan.Account()}},
				"ArnLike":      {"aws:SourceArn": {"arn:aws:budgets::" + plan.Account() + ":*"}},
			},
		})
	}
	return d
}

// subscription is known by its address: another address is another
// subscription, since AWS cannot change one.
func subscription(s *stack.Stack, h hub, email string) {
	s.Add(keys.Subscription(h.topic, email), "Sends alarms by e-mail, once the address has confirmed.", &sns.TopicSubscription{Spec: sns.TopicSubscriptionSpec{ForProvider: sns.TopicSubscriptionParameters{
		Region:      &h.region,
		TopicArnRef: s.Ref(h.topic),
		Protocol:    ptr.To("email"),
		Endpoint:    &email,
	}}})
}
