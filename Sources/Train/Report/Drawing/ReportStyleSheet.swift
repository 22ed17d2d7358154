/// The style of a report: one column, quiet colours, figures that line up.
enum ReportStyleSheet {
  static let text = """

    :root{color-scheme:light dark;
    --page:#fbfbf9;--ink:#1b2126;--soft:#5c6770;--faint:#8b959d;--rule:#dfe2e3;--grid:#e9ebeb;--tint:#eef3f7;
    --m:#0b5c9e;--b1:#c47031;--b2:#26b38a;--b3:#a892ec;--b4:#835b4f;--b5:#7088ab;--b6:#c49b2f;--b7:#5d5401;--b8:#9d7074;
    --a1:#4e328a;--a2:#e0d55f;--a3:#49aeb7;--a4:#794c75;--a5:#9ddaff;--a6:#e5876e;--a7:#136525;--a8:#9f6bbd;--a9:#b2c9a1;--a10:#c2710d;
    --rest:#b9bfc4;--t1:#b8c7d4;--t2:#e4e6e7;--t3:#d9b45f;--up:#3a86c8;--down:#d9622b}
    @media screen and (prefers-color-scheme:dark){:root{
    --page:#14171a;--ink:#e6e9eb;--soft:#a3adb5;--faint:#78838c;--rule:#343a40;--grid:#262b30;--tint:#1b242c;
    --m:#63b0ee;--b1:#b87a2a;--b2:#526963;--b3:#868694;--b4:#924f19;--b5:#5e79c3;--b6:#a3996e;--b7:#adb562;--b8:#d09aa5;
    --a1:#5175b4;--a2:#d8d77b;--a3:#03abb8;--a4:#754274;--a5:#a8d7ff;--a6:#e18870;--a7:#416413;--a8:#b9aaf4;--a9:#85773a;--a10:#edafa7;
    --rest:#5d666e;--t1:#4d6172;--t2:#2a3036;--t3:#b8933f;--up:#3d8fd6;--down:#d2672f}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
    body{margin:0;overflow-x:clip;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
    main{max-width:1040px;margin:0 auto;padding:64px 32px 96px}
    h1{font-size:2.25rem;line-height:1.15;font-weight:650;letter-spacing:-.02em;margin:0;text-wrap:balance}
    h2{font-size:1.45rem;line-height:1.25;font-weight:650;letter-spacing:-.01em;margin:0 0 .4rem}
    h3{font-size:1rem;font-weight:650;margin:0}
    h4{white-space:nowrap;font-size:.85rem;font-weight:600;margin:0 0 .5rem;display:flex;justify-content:space-between;gap:.5rem}
    h4 i,.legend i,.ends i{font-style:normal;font-weight:400;color:var(--soft)}
    p{margin:0 0 .8rem}
    .subtitle{font-size:1.1rem;color:var(--soft);margin:.6rem 0 0;max-width:46rem}
    .facts{display:grid;grid-template-columns:repeat(var(--n),minmax(0,1fr));gap:1.6rem 2rem;margin:2.6rem 0 0;padding:1.6rem 0 1.7rem;border-block:1px solid var(--rule)}
    .facts dt{font-size:.82rem;color:var(--soft)}
    .facts dd{margin:.15rem 0 0}
    .facts strong{display:block;font-size:1.7rem;line-height:1.25;font-weight:600;letter-spacing:-.01em}
    .facts small{font-size:.8rem;color:var(--soft)}
    nav{display:flex;flex-wrap:wrap;gap:.4rem 1.4rem;margin-top:1.2rem;font-size:.9rem}
    a{color:var(--m);text-decoration:none}
    a:hover{text-decoration:underline}
    section{margin-top:4.5rem;scroll-margin-top:1rem}
    .prose{max-width:44rem;color:var(--soft)}
    figure{margin:2.2rem 0 0}
    figure+.prose{margin-top:1.8rem}
    figcaption{margin-bottom:.9rem}
    figcaption p{font-size:.85rem;color:var(--soft);margin:.05rem 0 0}
    .note{font-size:.82rem;line-height:1.5;color:var(--soft);max-width:46rem;margin:.8rem 0 0}
    .note+.note{margin-top:.3rem}
    .legend{display:flex;flex-wrap:wrap;gap:.25rem 1.2rem;list-style:none;margin:0 0 .9rem;padding:0;font-size:.85rem}
    .legend li{display:flex;align-items:center;gap:.45rem}
    .legend .line{width:18px;height:0;border-top:2.5px solid var(--c)}
    .legend .swatch{width:11px;height:11px;border-radius:2px;background:var(--c)}
    .legend .dot{width:9px;height:9px;border-radius:50%;background:var(--c)}
    .plot{display:grid;grid-template-columns:3.4rem minmax(0,1fr) auto;grid-template-rows:var(--h) 1.7rem}
    .yaxis,.xaxis,.ends,.area{position:relative}
    .yaxis span,.xaxis span{position:absolute;font-size:.78rem;line-height:1;color:var(--soft);white-space:nowrap}
    .yaxis span{right:.7rem;transform:translateY(-50%)}
    .xaxis{grid-column:2}
    .xaxis span{top:.65rem;transform:translateX(-50%)}
    .area svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible;display:block}
    svg path,svg rect{vector-effect:non-scaling-stroke}
    .grid{stroke:var(--grid);stroke-width:1;fill:none}
    .zero,.mark{stroke:var(--faint);stroke-width:1;fill:none}
    path.line{fill:none;stroke:var(--c);stroke-linejoin:round;stroke-linecap:round;stroke-width:1.5}
    path.plain{stroke:color-mix(in oklab,var(--c) 78%,var(--ink))}
    path.strong{stroke-width:2.25}
    path.muted{stroke-width:1.25;stroke-opacity:.85}
    path.faint{stroke-width:1;stroke-opacity:.28}
    .below path.muted{stroke-width:1;stroke-opacity:.55}
    .below path.strong{stroke-width:1.75}
    path.dot{fill:none;stroke:var(--c);stroke-width:8;stroke-linecap:round}
    .wash{fill:var(--c);fill-opacity:.13}
    .layer path{fill:var(--c);stroke:var(--page);stroke-width:.5;stroke-linejoin:round}
    rect.bar{fill:var(--c)}
    .whisker{fill:none;stroke:var(--ink);stroke-width:1}
    .ends{width:15rem;margin-left:.7rem}
    .ends span{position:absolute;left:0;right:0;transform:translateY(-50%);font-size:.82rem;line-height:1.3;display:flex;gap:.5rem}
    .ends b{font-weight:450;color:var(--ink);overflow:hidden;text-overflow:ellipsis;white-space:nowrap;padding-left:.5rem;border-left:3px solid var(--c)}
    .ends .strong b{font-weight:700}
    .ends i{white-space:nowrap}
    .labelled .legend{display:none}
    .panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(215px,1fr));gap:1.6rem 1.8rem}
    .panel .plot{grid-template-columns:2.6rem minmax(0,1fr)}
    .panel .yaxis span{right:.5rem}
    .panel .xaxis span{transform:none}
    .panel .xaxis span+span{transform:translateX(-100%)}
    .bars{display:grid;grid-template-columns:minmax(7rem,max-content) minmax(0,1fr) max-content;gap:.5rem .9rem;align-items:center;font-size:.88rem;max-width:46rem}
    .bars svg{width:100%;height:13px;display:block}
    .bars .value{text-align:right;color:var(--soft)}
    .bars .name{overflow-wrap:anywhere}
    .scroll{overflow-x:auto;margin-inline:-.6rem}
    table{border-collapse:separate;border-spacing:0;width:100%;font-size:.9rem}
    th,td{padding:.55rem .75rem;text-align:right;vertical-align:top;font-weight:400;border-bottom:1px solid var(--grid)}
    th:first-child{text-align:left;position:sticky;left:0;background:var(--page);padding-left:.6rem}
    thead th{color:var(--soft);font-size:.8rem;line-height:1.3;vertical-align:bottom;border-bottom:1px solid var(--faint)}
    tbody tr:last-child>*{border-bottom-color:var(--faint)}
    .model>*{background:var(--tint)}
    .model th:first-child{background:var(--tint);font-weight:650;border-left:3px solid var(--m)}
    td strong{font-weight:700}
    td small{display:block;font-size:.74rem;line-height:1.3;color:var(--soft);white-space:nowrap}
    td.words,th.words{text-align:left}
    tbody td.words{color:var(--soft);min-width:6.5rem}
    td.figures{white-space:nowrap}
    .heat td,.heat th{padding:.34rem .4rem;font-size:.8rem;border-bottom:0;text-align:center;white-space:nowrap}
    .heat th:first-child{text-align:left}
    .heat td.cell{background:color-mix(in oklab,var(--c) var(--v),var(--page));border:1px solid var(--page);border-radius:3px}
    .heat .total{padding-left:1rem;text-align:right;font-weight:600}
    .heat thead .total{font-weight:400}
    .heat tbody th{white-space:nowrap}
    .small{width:auto}
    .small .cell{min-width:5.5rem}
    .small tbody th{padding-right:1.6rem}
    .dense td.cell{min-width:.5rem;height:.9rem;padding:0;border-radius:0;border-width:0 1px 1px 0}
    .dense th:first-child{width:1%;padding:.1rem .7rem .1rem 0;line-height:1.1}
    .dense thead th.cell{padding:.2rem 0;font-size:.7rem;line-height:1}
    .dense thead th.cell span{writing-mode:vertical-rl;transform:rotate(180deg)}
    .cross,.tip{display:none;position:absolute;pointer-events:none}
    .on .cross,.on .tip{display:block}
    .cross{top:0;bottom:0;width:0;border-left:1px solid var(--faint)}
    .tip{top:.4rem;z-index:1;background:var(--page);border:1px solid var(--rule);border-radius:6px;padding:.5rem .7rem;font-size:.8rem;line-height:1.5;box-shadow:0 4px 18px #0002;white-space:nowrap}
    .tip time{display:block;color:var(--soft)}
    .tip div{display:flex;align-items:center;gap:.5rem}
    .tip div span:first-child{width:10px;height:3px;border-radius:2px}
    .tip b{margin-left:auto;padding-left:1rem;font-weight:600}
    footer{margin-top:5rem;padding-top:1.2rem;border-top:1px solid var(--rule);font-size:.82rem;color:var(--soft);overflow-wrap:anywhere}
    @media screen and (max-width:760px){
    main{padding:36px 18px 64px}
    h1{font-size:1.7rem}
    .facts{grid-template-columns:repeat(2,minmax(0,1fr));gap:1.3rem 1.2rem;margin-top:1.8rem}
    .facts strong{font-size:1.35rem}
    section{margin-top:3.4rem}
    .ends{display:none}
    .labelled .legend{display:flex}
    .plot{grid-template-columns:2.9rem minmax(0,1fr)}
    .panels{grid-template-columns:repeat(2,minmax(0,1fr));gap:1.3rem 1.2rem}
    .panel .plot{grid-template-columns:2.1rem minmax(0,1fr)}
    thead th,tbody th{white-space:nowrap}
    tbody th:first-child{max-width:9rem;white-space:normal}
    td.words{min-width:13rem}
    .bars{grid-template-columns:minmax(4rem,8.5rem) minmax(0,1fr) max-content}}
    @media print{
    @page{margin:16mm 14mm}
    :root{--page:#fff;font-size:11.5px}
    body{font-size:11.5px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
    main{max-width:none;padding:0}
    nav{display:none}
    section{margin-top:2.6rem}
    figure{margin-top:1.6rem}
    .scroll{overflow:visible;margin-inline:0}
    th,td{padding:.35rem .3rem}
    thead th{font-size:.74rem}
    .plot{grid-template-rows:calc(var(--h)*.7) 1.7rem}
    .panels{grid-template-columns:repeat(4,minmax(0,1fr))}
    .chart,.table,.panel,.facts,.prose{break-inside:avoid}
    h2,.prose,figcaption{break-after:avoid}}

    """
}
