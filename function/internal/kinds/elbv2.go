package kinds

import elbv2 "github.com/upbound/provider-aws/v2/apis/namespaced/elbv2/v1beta1"

var elbv2Kinds = []Record{
	{
		GVK: elbv2.LB_GroupVersionKind, Object: &elbv2.LB{},
		Keys: []string{"alb-*"},
		Actions: []string{
			"elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:DescribeLoadBalancers",
			"elasticloadbalancing:DescribeLoadBalancerAttributes",
			"elasticloadbalancing:DescribeCapacityReservation", "elasticloadbalancing:ModifyLoadBalancerAttributes",
			"elasticloadbalancing:SetSecurityGroups", "elasticloadbalancing:SetSubnets",
			"elasticloadbalancing:SetIpAddressType", "elasticloadbalancing:DeleteLoadBalancer",
			"elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags", "elasticloadbalancing:DescribeTags",
			"ec2:DescribeNetworkInterfaces", "ec2:DescribeAccountAttributes", "ec2:DescribeSubnets",
			"ec2:DescribeVpcs", "ec2:DescribeSecurityGroups", "ec2:DescribeInternetGateways",
			"ec2:DescribeAddresses",
		},
		Proofs:    []Proof{{Field: "dnsName"}, {Field: "arn"}},
		Immutable: []string{"name", "internal", "loadBalancerType"},
		Simulated: func(a *Answer) {
			name := a.param("name")
			a.arn("elasticloadbalancing", "loadbalancer/app/"+name+"/"+a.hash(16))
			a.At["id"] = a.At["arn"]
			a.At["arnSuffix"] = "app/" + name + "/" + a.hash(16)
			prefix := ""
			if internal, _ := a.Params["internal"].(bool); internal {
				prefix = "internal-"
			}
			a.At["dnsName"] = prefix + name + "-1234567890." + a.Region + ".elb.amazonaws.com"
			a.At["zoneId"] = "Z35SXDOTRQ7X7K"
			a.At["vpcId"] = "vpc-0" + a.hash(16)
		},
	},
	{
		GVK: elbv2.LBListener_GroupVersionKind, Object: &elbv2.LBListener{},
		Keys: []string{"listener-*"},
		Actions: []string{
			"elasticloadbalancing:CreateListener", "elasticloadbalancing:DescribeListeners",
			"elasticloadbalancing:DescribeListenerAttributes", "elasticloadbalancing:ModifyListener",
			"elasticloadbalancing:ModifyListenerAttributes", "elasticloadbalancing:DeleteListener",
			"elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags", "elasticloadbalancing:DescribeTags",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Immutable: []string{"loadBalancerArnRef"},
		Simulated: func(a *Answer) {
			a.arn("elasticloadbalancing", "listener/app/"+a.Name+"/"+a.hash(16))
			a.At["id"] = a.At["arn"]
		},
	},
	{
		GVK: elbv2.LBListenerRule_GroupVersionKind, Object: &elbv2.LBListenerRule{},
		Keys: []string{"listenerrule-*"},
		Actions: []string{
			"elasticloadbalancing:CreateRule", "elasticloadbalancing:DescribeRules",
			"elasticloadbalancing:ModifyRule", "elasticloadbalancing:SetRulePriorities",
			"elasticloadbalancing:DeleteRule", "elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags",
			"elasticloadbalancing:DescribeTags",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Immutable: []string{"listenerArnRef"},
		Simulated: func(a *Answer) {
			a.arn("elasticloadbalancing", "listener-rule/app/"+a.Name+"/"+a.hash(16))
			a.At["id"] = a.At["arn"]
		},
	},
	{
		GVK: elbv2.LBTargetGroup_GroupVersionKind, Object: &elbv2.LBTargetGroup{},
		Keys: []string{"targetgroup-*"},
		Actions: []string{
			"elasticloadbalancing:CreateTargetGroup", "elasticloadbalancing:DescribeTargetGroups",
			"elasticloadbalancing:DescribeTargetGroupAttributes", "elasticloadbalancing:DescribeTargetHealth",
			"elasticloadbalancing:ModifyTargetGroup", "elasticloadbalancing:ModifyTargetGroupAttributes",
			"elasticloadbalancing:DeleteTargetGroup", "elasticloadbalancing:AddTags",
			"elasticloadbalancing:RemoveTags", "elasticloadbalancing:DescribeTags",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Immutable: []string{"name", "port", "protocol", "targetType", "vpcIdRef", "protocolVersion"},
		Simulated: func(a *Answer) {
			a.arn("elasticloadbalancing", "targetgroup/"+a.param("name")+"/"+a.hash(16))
			a.At["id"] = a.At["arn"]
			a.At["arnSuffix"] = "targetgroup/" + a.param("name") + "/" + a.hash(16)
		},
	},
}
