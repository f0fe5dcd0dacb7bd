"""The public addresses of the spiral: distillations, the desk, practice, flow."""

from django.urls import path

from communities.views import desk, distil, distillation, flow, practice, reports, skipping

urlpatterns = [
    path("communities/flow/", flow.FlowView.as_view(), name="flow"),
    path("communities/flow.csv", flow.FlowView.as_view(as_csv=True), name="flow_csv"),
    path("communities/<str:slug>/flow/", flow.CommunityFlowView.as_view(), name="community_flow"),
    path("communities/<str:slug>/flow.csv", flow.CommunityFlowView.as_view(as_csv=True), name="community_flow_csv"),
    path("communities/<str:slug>/threads/<int:pk>/distil/", distil.DistilView.as_view(), name="distil"),
    path("communities/<str:slug>/threads/<int:pk>/skip/", skipping.SkipView.as_view(), name="thread_skip"),
    path("distillations/desk/", desk.DeskView.as_view(), name="desk"),
    path("distillations/combine/", desk.CombineView.as_view(), name="combine"),
    path("distillations/<int:pk>/", distillation.DistillationView.as_view(), name="distillation"),
    path("distillations/<int:pk>/edit/", distil.RewriteView.as_view(), name="distillation_edit"),
    path(
        "distillations/<int:pk>/history/", distillation.DistillationHistoryView.as_view(), name="distillation_history"
    ),
    path("distillations/<int:pk>/release/", distillation.ReleaseView.as_view(), name="distillation_release"),
    path("distillations/<int:pk>/withdraw/", distillation.WithdrawView.as_view(), name="distillation_withdraw"),
    path("practice/", reports.ReportsView.as_view(), name="practice_list"),
    path("practice/new/", practice.PractiseView.as_view(), name="practise"),
    path("practice/<int:pk>/", reports.ReportView.as_view(), name="practice"),
    path("practice/<int:pk>/edit/", practice.RewriteReportView.as_view(), name="practice_edit"),
    path("practice/<int:pk>/delete/", practice.DeleteReportView.as_view(), name="practice_delete"),
]
