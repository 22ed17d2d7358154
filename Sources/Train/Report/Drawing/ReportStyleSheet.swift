/// The style of a report: one column, quiet colours, figures that line up.
enum ReportStyleSheet {
  static let text = """

    :root{color-scheme:light dark;
    --page:#fbfbf9;--ink:#1b2126;--soft:#5c6770;--faint:#8b959d;--rule:#dfe2e3;--grid:#e9ebeb;--tint:#eef3f7;
    --m:#0b5c9e;--b1:#a9752b;--b2:#4d958a;--b3:#9a6f9e;--b4:#77838e;--b5:#b5604a;--b6:#7e8a3c;--b7:#5878b4;--b8:#c08fa0;
    --a1:#34508f;--a2:#d9bd62;--a3:#3d9c8e;--a4:#c8626e;--a5:#8cc4e2;--a6:#8a8a35;--a7:#a5559b;--a8:#1f6b40;--a9:#e08e45;--a10:#6d3350;
    --rest:#b9bfc4;--t1:#b8c7d4;--t2:#e4e6e7;--t3:#d9b45f}
    @media screen and (prefers-color-scheme:dark){:root{
    --page:#14171a;--ink:#e6e9eb;--soft:#a3adb5;--faint:#78838c;--rule:#343a40;--grid:#262b30;--tint:#1b242c;
    --m:#63b0ee;--b1:#cf9a4c;--b2:#62b3a6;--b3:#bb8fbf;--b4:#929da7;--b5:#d5806a;--b6:#a3b05c;--b7:#7f9bd2;--b8:#d6a9b8;
    --a1:#6f8bd0;--a2:#d9bd62;--a3:#45a597;--a4:#cf6d79;--a5:#97cdea;--a6:#a0a045;--a7:#b266a8;--a8:#3f8d60;--a9:#e2954f;--a10:#94506f;
    --rest:#5d666e;--t1:#4d6172;--t2:#2a3036;--t3:#b8933f}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
    body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
    main{max-width:1040px;margin:0 auto;padding:64px 32px 96px}
    h1{font-size:2.25rem;line-height:1.15;font-weight:650;letter-spacing:-.02em;margin:0;text-wrap:balance}
    h2{font-size:1.45rem;line-height:1.25;font-weight:650;letter-spacing:-.01em;margin:0 0 .4rem}
    h3{font-size:1rem;font-weight:650;margin:0}
    h4{font-size:.85rem;font-weight:600;margin:0 0 .5rem;display:flex;justify-content:space-between;gap:.5rem}
    h4 i,.legend i,.ends i{font-style:normal;font-weight:400;color:var(--soft)}
    p{margin:0 0 .8rem}
    .subtitle{font-size:1.1rem;color:var(--soft);margin:.6rem 0 0;max-width:46rem}
    .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:1.6rem 2rem;margin:2.6rem 0 0;padding:1.6rem 0 1.7rem;border-block:1px solid var(--rule)}
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
    path.strong{stroke-width:2.25}
    path.muted{stroke-width:1.25;stroke-opacity:.85}
    path.faint{stroke-width:1;stroke-opacity:.28}
    path.dot{fill:none;stroke:var(--c);stroke-width:8;stroke-linecap:round}
    .wash{fill:var(--c);fill-opacity:.13}
    .layer path{fill:var(--c);stroke:var(--page);stroke-width:1;stroke-linejoin:round}
    rect.bar{fill:var(--c)}
    .ends{width:13rem;margin-left:.7rem}
    .ends span{position:absolute;left:0;right:0;transform:translateY(-50%);font-size:.82rem;line-height:1.05;display:flex;gap:.5rem}
    .ends b{font-weight:450;color:var(--ink);overflow:hidden;text-overflow:ellipsis;white-space:nowrap;padding-left:.55rem;border-left:3px solid var(--c)}
    .ends .strong b{font-weight:700}
    .ends i{white-space:nowrap}
    .labelled .legend{display:none}
    .panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(215px,1fr));gap:1.6rem 1.8rem}
    .panel .plot{grid-template-columns:2.6rem minmax(0,1fr)}
    .panel .yaxis span{right:.5rem}
    .bars{display:grid;grid-template-columns:minmax(7rem,max-content) minmax(0,1fr) max-content;gap:.5rem .9rem;align-items:center;font-size:.88rem;max-width:46rem}
    .bars svg{width:100%;height:13px;display:block}
    .bars .value{text-align:right;color:var(--soft)}
    .scroll{overflow-x:auto;margin-inline:-.6rem}
    table{border-collapse:separate;border-spacing:0;width:100%;font-size:.9rem}
    th,td{padding:.55rem .75rem;text-align:right;vertical-align:top;font-weight:400;border-bottom:1px solid var(--grid)}
    th:first-child{text-align:left;position:sticky;left:0;background:var(--page);padding-left:.6rem}
    thead th{color:var(--soft);font-size:.8rem;line-height:1.3;vertical-align:bottom;border-bottom:1px solid var(--faint)}
    tbody tr:last-child>*{border-bottom-color:var(--faint)}
    .model>*{background:var(--tint)}
    .model th:first-child{background:var(--tint);font-weight:650;box-shadow:inset 3px 0 0 var(--m)}
    td strong{font-weight:700}
    td small{display:block;font-size:.74rem;line-height:1.3;color:var(--soft);white-space:nowrap}
    .cross,.tip{display:none;position:absolute;pointer-events:none}
    .on .cross,.on .tip{display:block}
    .cross{top:0;bottom:0;width:0;border-left:1px solid var(--faint)}
    .tip{top:.4rem;z-index:1;background:var(--page);border:1px solid var(--rule);border-radius:6px;padding:.5rem .7rem;font-size:.8rem;line-height:1.5;box-shadow:0 4px 18px #0002;white-space:nowrap}
    .tip time{display:block;color:var(--soft)}
    .tip div{display:flex;align-items:center;gap:.5rem}
    .tip div span:first-child{width:10px;height:3px;border-radius:2px}
    .tip b{margin-left:auto;padding-left:1rem;font-weight:600}
    footer{margin-top:5rem;padding-top:1.2rem;border-top:1px solid var(--rule);font-size:.82rem;color:var(--soft);overflow-wrap:anywhere}
    @media (max-width:760px){
    main{padding:36px 18px 64px}
    h1{font-size:1.7rem}
    .facts{grid-template-columns:repeat(2,minmax(0,1fr));gap:1.3rem 1.2rem;margin-top:1.8rem}
    .facts strong{font-size:1.35rem}
    section{margin-top:3.4rem}
    .ends{display:none}
    .labelled .legend{display:flex}
    .plot{grid-template-columns:2.9rem minmax(0,1fr)}
    .bars{grid-template-columns:minmax(4rem,8.5rem) minmax(0,1fr) max-content}}
    @media print{
    :root{--page:#fff}
    main{max-width:none;padding:0}
    body{font-size:13px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
    nav{display:none}
    section{margin-top:2.4rem}
    figure,.facts,h2{break-inside:avoid}
    h2,.prose,figcaption{break-after:avoid}}

    """
}
